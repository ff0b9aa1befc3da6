package io.tractor;

import org.springframework.util.Assert;

/**
 * Identity that an application claims towards its peers: a name that all its instances
 * share, and one of this instance. It is not authenticated; with Spring Security, use the
 * {@linkplain CalleeContext#principal() principal}.
 *
 * @param application the application's name, by default {@code spring.application.name}
 * @param instance the instance's name, unique among the application's instances
 */
public record Peer(String application, String instance) {

	/**
	 * The identity of a peer that did not say who it is.
	 */
	public static final Peer UNKNOWN = new Peer("unknown", "unknown");

	public Peer {
		Assert.notNull(application, "'application' must not be null");
		Assert.notNull(instance, "'instance' must not be null");
	}

	@Override
	public String toString() {
		return LogText.escape(this.application + "/" + this.instance);
	}

}
