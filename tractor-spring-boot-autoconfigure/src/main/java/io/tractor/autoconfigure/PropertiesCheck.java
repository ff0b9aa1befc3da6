package io.tractor.autoconfigure;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Set;

import io.tractor.engine.BufferLimits;
import io.tractor.task.RemoteErrors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;

import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Refuses values of {@link TractorProperties} that cannot work, with the name of the
 * property and what to write instead.
 */
final class PropertiesCheck {

	/**
	 * What fits into an RSocket frame, less what goes with a message.
	 */
	private static final DataSize MAX_MESSAGE = DataSize
		.ofBytes(DataSize.ofMegabytes(16).toBytes() - DataSize.ofKilobytes(1).toBytes());

	private static final DataSize MIN_UNREAD = DataSize.ofKilobytes(64);

	private static final Set<String> SCHEMES = Set.of("tcp", "tcps", "ws", "wss");

	private static final Set<String> SECURE_SCHEMES = Set.of("tcps", "wss");

	private final TractorProperties properties;

	PropertiesCheck(TractorProperties properties) {
		this.properties = properties;
	}

	void check() {
		positive("tractor.open-timeout", this.properties.getOpenTimeout());
		positive("tractor.cancel-timeout", this.properties.getCancelTimeout());
		notNegative("tractor.stalled-after", this.properties.getStalledAfter());
		TractorProperties.Stream stream = this.properties.getStream();
		checkStream("tractor.stream.", stream.getBackpressure(), stream.getMsgBufferSize(), stream.getOverflow());
		this.properties.getRoutes()
			.forEach((name, route) -> checkStream(key("tractor.routes", name) + ".", route.getBackpressure(),
					route.getMsgBufferSize(), route.getOverflow()));
		checkLimits(this.properties.getLimits());
		notNegative("tractor.shutdown.grace-period", this.properties.getShutdown().getGracePeriod());
		atLeastOne("tractor.handler.max-threads", this.properties.getHandler().getMaxThreads(), "thread");
		checkRebuilt(this.properties.getErrors().getRebuild());
		this.properties.getPortals().forEach((name, portal) -> checkPortal(key("tractor.portals", name) + ".", portal));
	}

	private static void checkStream(String prefix, @Nullable Boolean backpressure, @Nullable Integer msgBufferSize,
			@Nullable BufferOverflowStrategy overflow) {
		messages(prefix + "msg-buffer-size", msgBufferSize);
		if (Boolean.TRUE.equals(backpressure) && overflow != null && overflow != BufferOverflowStrategy.ERROR) {
			throw new InvalidPropertyValueException(prefix + "overflow", overflow,
					"With backpressure nothing overflows: remove it, or remove " + prefix
							+ "backpressure, or set that to false.");
		}
	}

	private static void checkLimits(TractorProperties.Limits limits) {
		bytes("tractor.limits.max-message-size", limits.getMaxMessageSize());
		if (limits.getMaxMessageSize().compareTo(MAX_MESSAGE) > 0) {
			throw new InvalidPropertyValueException("tractor.limits.max-message-size", limits.getMaxMessageSize(),
					"It must be at most " + MAX_MESSAGE.toBytes()
							+ "B (16MB less 1KB), which is what one RSocket frame takes.");
		}
		bytes("tractor.limits.max-buffered-size", limits.getMaxBufferedSize());
		long largest = BufferLimits.MAX_GRANT - limits.getMaxMessageSize().toBytes();
		if (limits.getMaxBufferedSize().toBytes() > largest) {
			throw new InvalidPropertyValueException("tractor.limits.max-buffered-size", limits.getMaxBufferedSize(),
					"It must be at most " + largest + "B (1TB less tractor.limits.max-message-size), which is what"
							+ " the protocol can grant.");
		}
		atLeastOne("tractor.limits.run-ahead", limits.getRunAhead(), "message");
		atLeastOne("tractor.limits.max-contexts-per-connection", limits.getMaxContextsPerConnection(), "context");
		atLeastOne("tractor.limits.openings-per-second", limits.getOpeningsPerSecond(), "opening");
		if (limits.getMaxUnread().compareTo(MIN_UNREAD) < 0) {
			throw new InvalidPropertyValueException("tractor.limits.max-unread", limits.getMaxUnread(),
					"It must be at least " + MIN_UNREAD.toKilobytes() + "KB, which is what peers may be behind by.");
		}
		if (limits.getMaxUnfinishedFragments().toBytes() < 2 * limits.getMaxMessageSize().toBytes()) {
			throw new InvalidPropertyValueException("tractor.limits.max-unfinished-fragments",
					limits.getMaxUnfinishedFragments(),
					"It must be at least twice tractor.limits.max-message-size, which is " + limits.getMaxMessageSize()
							+ ", since messages may come in fragments.");
		}
		keepAlive("tractor.limits.max-keep-alive-interval", limits.getMaxKeepAliveInterval(),
				"tractor.limits.max-keep-alive-life-time", limits.getMaxKeepAliveLifeTime());
	}

	private static void checkRebuilt(Set<Class<? extends Throwable>> types) {
		try {
			new RemoteErrors(null, false, types);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidPropertyValueException("tractor.errors.rebuild", types, ex.getMessage() + ".");
		}
	}

	private static void checkPortal(String prefix, TractorProperties.Portal portal) {
		String scheme = checkUri(prefix + "uri", portal.getUri());
		positive(prefix + "open-timeout", portal.getOpenTimeout());
		positive(prefix + "deadline", portal.getDeadline());
		keepAlive(prefix + "keep-alive.interval", portal.getKeepAlive().getInterval(),
				prefix + "keep-alive.max-life-time", portal.getKeepAlive().getMaxLifeTime());
		positive(prefix + "reconnect.min-backoff", portal.getReconnect().getMinBackoff());
		if (portal.getReconnect().getMaxBackoff().compareTo(portal.getReconnect().getMinBackoff()) < 0) {
			throw new InvalidPropertyValueException(prefix + "reconnect.max-backoff",
					portal.getReconnect().getMaxBackoff(),
					"It must not be shorter than reconnect.min-backoff, which is "
							+ portal.getReconnect().getMinBackoff() + ".");
		}
		checkCredentials(prefix, portal);
		if (portal.getSsl().getBundle() != null && !SECURE_SCHEMES.contains(scheme)) {
			throw new InvalidPropertyValueException(prefix + "ssl.bundle", portal.getSsl().getBundle(),
					"The portal's uri is not for TLS: write tcps:// instead of tcp://, or wss:// instead of ws://.");
		}
	}

	private static String checkUri(String name, @Nullable String value) {
		if (!StringUtils.hasText(value)) {
			throw new InvalidPropertyValueException(name, value,
					"It is required: say where the other application's RSocket server is, as in tcp://localhost:7000.");
		}
		URI uri;
		try {
			uri = new URI(value);
		}
		catch (URISyntaxException ex) {
			throw new InvalidPropertyValueException(name, value,
					"It is no URI (" + ex.getMessage() + "): write it as in tcp://localhost:7000.");
		}
		String scheme = uri.getScheme();
		if (scheme == null || !SCHEMES.contains(scheme)) {
			throw new InvalidPropertyValueException(name, value,
					"Its scheme must be one of tcp, tcps, ws and wss, as in tcp://localhost:7000.");
		}
		if (uri.getHost() == null) {
			throw new InvalidPropertyValueException(name, value,
					"It names no host: write it as in " + scheme + "://localhost:7000.");
		}
		if (scheme.startsWith("tcp") && (uri.getPort() == -1 || StringUtils.hasText(uri.getPath()))) {
			throw new InvalidPropertyValueException(name, value,
					"With " + scheme + " it must have a port and no path, as in " + scheme + "://localhost:7000.");
		}
		return scheme;
	}

	private static void checkCredentials(String prefix, TractorProperties.Portal portal) {
		if (portal.getUsername() != null && portal.getBearerToken() != null) {
			throw new InvalidPropertyValueException(prefix + "username", portal.getUsername(),
					"A user name and a bearer token are mutually exclusive: remove it, or " + prefix + "bearer-token.");
		}
		if (portal.getUsername() != null && portal.getPassword() == null) {
			throw new InvalidPropertyValueException(prefix + "username", portal.getUsername(),
					"It takes a password too: set " + prefix + "password.");
		}
		if (portal.getPassword() != null && portal.getUsername() == null) {
			throw new InvalidPropertyValueException(prefix + "username", null,
					"A password takes a user name too: set " + prefix + "username.");
		}
	}

	private static String key(String map, String key) {
		return map + (key.matches("[a-z0-9-]+") ? "." + key : "[" + key + "]");
	}

	private static void messages(String name, @Nullable Integer size) {
		if (size != null) {
			atLeastOne(name, size, "message");
		}
	}

	private static void atLeastOne(String name, int value, String unit) {
		if (value < 1) {
			throw new InvalidPropertyValueException(name, value, "It must be at least 1 " + unit + ".");
		}
	}

	private static void keepAlive(String intervalName, Duration interval, String lifeTimeName, Duration lifeTime) {
		positive(intervalName, interval);
		positive(lifeTimeName, lifeTime);
		if (lifeTime.compareTo(interval) <= 0) {
			throw new InvalidPropertyValueException(lifeTimeName, lifeTime,
					"It must be longer than " + intervalName + ", which is " + interval + ".");
		}
	}

	private static void bytes(String name, DataSize size) {
		if (size.toBytes() < 1) {
			throw new InvalidPropertyValueException(name, size, "It must be at least 1 byte.");
		}
	}

	private static void notNegative(String name, Duration duration) {
		if (duration.isNegative()) {
			throw new InvalidPropertyValueException(name, duration, "It must be a time as 30s, or 0.");
		}
	}

	private static void positive(String name, @Nullable Duration duration) {
		if (duration != null && (duration.isNegative() || duration.isZero())) {
			throw new InvalidPropertyValueException(name, duration, "It must be longer than zero, as in 10s.");
		}
	}

}
