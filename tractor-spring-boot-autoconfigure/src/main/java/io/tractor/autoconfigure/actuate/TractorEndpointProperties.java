package io.tractor.autoconfigure.actuate;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The properties of the {@link TractorEndpoint}, besides those that Boot has for every
 * endpoint.
 */
@ConfigurationProperties("management.endpoint.tractor")
public final class TractorEndpointProperties {

	/**
	 * How many of the last overruns the endpoint shows; at least 1.
	 */
	private int maxOverruns = 100;

	public int getMaxOverruns() {
		return this.maxOverruns;
	}

	public void setMaxOverruns(int maxOverruns) {
		this.maxOverruns = maxOverruns;
	}

}
