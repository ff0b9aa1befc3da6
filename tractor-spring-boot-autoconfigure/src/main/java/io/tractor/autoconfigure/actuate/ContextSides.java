package io.tractor.autoconfigure.actuate;

import java.util.List;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * One context that is not over.
 *
 * @param id its id
 * @param sides the sides that this application has of it: both if it is its own peer, the
 * caller's first
 */
public record ContextSides(String id, List<ContextDescriptor> sides) implements OperationResponseBody {

}
