package io.tractor;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;
import reactor.core.publisher.BufferOverflowStrategy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The arrows between the packages point down.
 */
@AnalyzeClasses(packages = "io.tractor", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	final ArchRule arrowsPointDown = layeredArchitecture().consideringOnlyDependenciesInLayers()
		.layer("api")
		.definedBy("io.tractor")
		.layer("engine")
		.definedBy("io.tractor.engine")
		.layer("wire")
		.definedBy("io.tractor.wire")
		.layer("task")
		.definedBy("io.tractor.task")
		.layer("rsocket")
		.definedBy("io.tractor.rsocket")
		.layer("messaging")
		.definedBy("io.tractor.messaging")
		.optionalLayer("observation")
		.definedBy("io.tractor.observation")
		.whereLayer("observation")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("messaging")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("rsocket")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("task")
		.mayOnlyBeAccessedByLayers("rsocket", "messaging", "observation")
		.whereLayer("wire")
		.mayOnlyBeAccessedByLayers("rsocket")
		.whereLayer("engine")
		.mayOnlyBeAccessedByLayers("wire", "task", "rsocket", "observation");

	@ArchTest
	final ArchRule apiStandsAlone = noClasses().that()
		.resideInAPackage("io.tractor")
		.should()
		.dependOnClassesThat(resideInAPackage("io.tractor.*"));

	@ArchTest
	final ArchRule noCycles = slices().matching("io.tractor.(*)..").should().beFreeOfCycles();

	@ArchTest
	final ArchRule engineDoesNoIo = noClasses().that()
		.resideInAPackage("io.tractor.engine")
		.should()
		.dependOnClassesThat(resideInAnyPackage("io.netty..", "io.rsocket..", "reactor..", "java.util.concurrent..",
				"java.net..", "java.nio..")
			.and(not(equivalentTo(BufferOverflowStrategy.class))));

	@ArchTest
	final ArchRule noBootInTheLibrary = noClasses().should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.boot..");

	@ArchTest
	final ArchRule everythingIsNullMarked = classes().that()
		.haveSimpleName("package-info")
		.should()
		.beAnnotatedWith(NullMarked.class);

}
