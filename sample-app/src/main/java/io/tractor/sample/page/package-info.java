/**
 * The sample's page: shows the contexts of this application while they run, and lets
 * whoever looks at it make them behave differently.
 */
@NullMarked
package io.tractor.sample.page;

import org.jspecify.annotations.NullMarked;
