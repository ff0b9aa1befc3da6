package io.tractor.sample;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * An event of this application's own: one item of work was done.
 */
@Name(Work.NAME)
@Label("Work")
@Category({ "Tractor", "Sample" })
@StackTrace(false)
final class Work extends Event {

	static final String NAME = "tractor.sample.Work";

	@Label("Item")
	final long item;

	@Label("Checksum")
	long checksum;

	Work(long item) {
		this.item = item;
	}

}
