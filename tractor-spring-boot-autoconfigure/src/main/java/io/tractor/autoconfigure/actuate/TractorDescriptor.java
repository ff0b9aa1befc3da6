package io.tractor.autoconfigure.actuate;

import java.util.List;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What an application has of contexts.
 *
 * @param application its identity towards its peers, {@code application/instance}
 * @param connections how many connections there are that contexts can be opened on
 * @param handlers its handlers
 * @param portals its named portals
 * @param contexts contexts that are not over
 * @param overruns the last overruns, the latest one first
 * @param bufferAdvice advice on buffers, by route
 */
public record TractorDescriptor(String application, int connections, List<HandlerDescriptor> handlers,
		List<PortalDescriptor> portals, ContextPage contexts, List<OverrunDescriptor> overruns,
		List<BufferAdviceDescriptor> bufferAdvice) implements OperationResponseBody {

}
