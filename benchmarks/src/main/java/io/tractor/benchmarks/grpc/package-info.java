/**
 * gRPC-java: a call with streams both ways, no protocol buffers.
 */
@NullMarked
package io.tractor.benchmarks.grpc;

import org.jspecify.annotations.NullMarked;
