package io.tractor.rows;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A test of one row over each {@link Link}, in each {@link Form}, and turned round: with
 * the caller and with the callee in the active role.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@MethodSource("io.tractor.rows.Cases#linkFormAndSide")
@interface FromEachSide {

}
