package io.tractor.autoconfigure.actuate;

import org.jspecify.annotations.Nullable;

/**
 * A named portal.
 *
 * @param name its name
 * @param uri where it leads to, without credentials and query; {@code null} if that is
 * not configured by properties
 * @param connect when it connects: {@code lazy} or {@code eager}; {@code null} if that is
 * not configured by properties
 * @param state how its connection is: {@code idle} as long as nobody has needed it,
 * {@code connecting}, {@code connected}, {@code lost}, {@code failed} or {@code closed};
 * {@code null} if that is not known
 * @param lastFailure why the last attempt to connect failed, {@code null} if it did not
 */
public record PortalDescriptor(String name, @Nullable String uri, @Nullable String connect, @Nullable String state,
		@Nullable String lastFailure) {

}
