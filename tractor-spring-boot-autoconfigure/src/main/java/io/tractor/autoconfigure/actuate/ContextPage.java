package io.tractor.autoconfigure.actuate;

import java.util.List;

/**
 * Some of the contexts that are not over. A context of which this application has both
 * sides counts, and is listed, once for each.
 *
 * @param total how many there are
 * @param matching how many the filters let through
 * @param offset how many of these come before the ones listed
 * @param limit how many are listed at most
 * @param contexts the contexts
 */
public record ContextPage(int total, int matching, int offset, int limit, List<ContextDescriptor> contexts) {

}
