package io.tractor.rsocket;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.tractor.wire.OpeningCodec;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The headers that an observation sends along with those that the user has set, which
 * win. One that cannot be sent is left out: it must not fail the opening.
 */
final class PropagatedHeaders {

	private static final Log logger = LogFactory.getLog(PropagatedHeaders.class);

	/**
	 * The names warned of, of which an application's propagation has few.
	 */
	private static final Set<String> warned = ConcurrentHashMap.newKeySet();

	private PropagatedHeaders() {
	}

	static Map<String, String> merge(Map<String, String> own, Map<String, String> propagated) {
		if (propagated.isEmpty()) {
			return own;
		}
		Map<String, String> merged = new LinkedHashMap<>(own);
		propagated.forEach((name, value) -> {
			if (own.containsKey(name)) {
				warn(name, "the application sets a header of this name, which was sent instead: rename that one");
			}
			else if (name.length() > OpeningCodec.MAX_HEADER_CHARS || value.length() > OpeningCodec.MAX_HEADER_CHARS) {
				warn(name, "it has more than the " + OpeningCodec.MAX_HEADER_CHARS + " characters of a header");
			}
			else if (merged.size() >= OpeningCodec.MAX_HEADERS) {
				warn(name, "the application sets as many headers as an opening may have, " + OpeningCodec.MAX_HEADERS);
			}
			else {
				merged.put(name, value);
			}
		});
		return merged;
	}

	private static void warn(String name, String why) {
		if (warned.add(name)) {
			logger
				.warn("The observation's header '" + name + "' was not sent with the opening of a context, so that the"
						+ " callee's observation may not be a part of the caller's: " + why
						+ ". This is said once for each name");
		}
	}

}
