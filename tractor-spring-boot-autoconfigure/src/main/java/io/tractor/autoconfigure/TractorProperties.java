package io.tractor.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.MimeType;
import org.springframework.util.unit.DataSize;

/**
 * The {@code tractor.*} properties. A bad value stops the application at start-up.
 */
@ConfigurationProperties("tractor")
public final class TractorProperties implements InitializingBean {

	/**
	 * Name under which peers know this application. By default this is
	 * 'spring.application.name', or 'application' without it.
	 */
	private @Nullable String applicationName;

	/**
	 * Name of this instance, unique among the application's instances, for errors and
	 * reports on the other side. By default this is the process id and a random suffix.
	 */
	private @Nullable String instanceId;

	/**
	 * How long opening a context may take, connecting included, unless the portal or the
	 * call says otherwise.
	 */
	private Duration openTimeout = Duration.ofSeconds(10);

	/**
	 * How long a caller waits for the end of a callee that it cancelled, unless the call
	 * says otherwise. When it runs out, the callee is left behind and a warning logged.
	 */
	private Duration cancelTimeout = Duration.ofSeconds(10);

	/**
	 * How long a side waits for the other one, to send or for the result, or for the end
	 * of a cancelled callee, before that is reported: by a warning, a meter and
	 * ContextListener beans. Zero for never.
	 */
	private Duration stalledAfter = Duration.ofSeconds(30);

	private final Stream stream = new Stream();

	/**
	 * Settings of single routes, by route or route pattern as in
	 * 'tractor.routes."[orders.*]".msg-buffer-size'. They beat those of the annotation; a
	 * call to openStream beats them.
	 */
	private final Map<String, Route> routes = new LinkedHashMap<>();

	private final Limits limits = new Limits();

	private final Handler handler = new Handler();

	private final Shutdown shutdown = new Shutdown();

	private final Errors errors = new Errors();

	/**
	 * Connections to other applications, by name.
	 */
	private final Map<String, Portal> portals = new LinkedHashMap<>();

	public @Nullable String getApplicationName() {
		return this.applicationName;
	}

	public void setApplicationName(@Nullable String applicationName) {
		this.applicationName = applicationName;
	}

	public @Nullable String getInstanceId() {
		return this.instanceId;
	}

	public void setInstanceId(@Nullable String instanceId) {
		this.instanceId = instanceId;
	}

	public Duration getOpenTimeout() {
		return this.openTimeout;
	}

	public void setOpenTimeout(Duration openTimeout) {
		this.openTimeout = openTimeout;
	}

	public Duration getCancelTimeout() {
		return this.cancelTimeout;
	}

	public void setCancelTimeout(Duration cancelTimeout) {
		this.cancelTimeout = cancelTimeout;
	}

	public Duration getStalledAfter() {
		return this.stalledAfter;
	}

	public void setStalledAfter(Duration stalledAfter) {
		this.stalledAfter = stalledAfter;
	}

	public Stream getStream() {
		return this.stream;
	}

	public Map<String, Route> getRoutes() {
		return this.routes;
	}

	public Limits getLimits() {
		return this.limits;
	}

	public Handler getHandler() {
		return this.handler;
	}

	public Shutdown getShutdown() {
		return this.shutdown;
	}

	public Errors getErrors() {
		return this.errors;
	}

	public Map<String, Portal> getPortals() {
		return this.portals;
	}

	@Override
	public void afterPropertiesSet() {
		new PropertiesCheck(this).check();
	}

	/**
	 * Settings of streams.
	 */
	public static final class Stream {

		/**
		 * Whether a peer that sends waits while this side's buffer is full. With 'false',
		 * 'tractor.stream.overflow' says what becomes of a message that meets a full
		 * buffer. Default: true. In force from when this side opens its stream.
		 */
		private @Nullable Boolean backpressure;

		/**
		 * How many unconsumed messages a stream's buffer holds, per context and side; at
		 * least 1. Default: 64.
		 */
		private @Nullable Integer msgBufferSize;

		/**
		 * What becomes of a message that meets the full buffer of a stream that was
		 * opened without backpressure. With 'error' it ends the sender's scope with a
		 * stream overrun; 'drop-latest' drops that message, 'drop-oldest' the oldest ones
		 * until it has room, and both sides are told. Default: error. A dropping policy
		 * implies 'tractor.stream.backpressure=false' and cannot be combined with 'true'.
		 */
		private @Nullable BufferOverflowStrategy overflow;

		public @Nullable Boolean getBackpressure() {
			return this.backpressure;
		}

		public void setBackpressure(@Nullable Boolean backpressure) {
			this.backpressure = backpressure;
		}

		public @Nullable Integer getMsgBufferSize() {
			return this.msgBufferSize;
		}

		public void setMsgBufferSize(@Nullable Integer msgBufferSize) {
			this.msgBufferSize = msgBufferSize;
		}

		public @Nullable BufferOverflowStrategy getOverflow() {
			return this.overflow;
		}

		public void setOverflow(@Nullable BufferOverflowStrategy overflow) {
			this.overflow = overflow;
		}

	}

	/**
	 * Settings of streams on one route.
	 */
	public static final class Route {

		/**
		 * Whether a peer that sends waits while this side's buffer is full, on this
		 * route. By default the annotation or 'tractor.stream.backpressure' decides.
		 */
		private @Nullable Boolean backpressure;

		/**
		 * How many unconsumed messages a stream's buffer holds on this route, per context
		 * and side; at least 1. By default the annotation or
		 * 'tractor.stream.msg-buffer-size' decides.
		 */
		private @Nullable Integer msgBufferSize;

		/**
		 * What becomes of a message that meets the full buffer of a stream that was
		 * opened without backpressure, on this route. A dropping policy implies
		 * 'backpressure=false' for the route and cannot be combined with 'true'. By
		 * default the annotation or 'tractor.stream.overflow' decides.
		 */
		private @Nullable BufferOverflowStrategy overflow;

		public @Nullable Boolean getBackpressure() {
			return this.backpressure;
		}

		public void setBackpressure(@Nullable Boolean backpressure) {
			this.backpressure = backpressure;
		}

		public @Nullable Integer getMsgBufferSize() {
			return this.msgBufferSize;
		}

		public void setMsgBufferSize(@Nullable Integer msgBufferSize) {
			this.msgBufferSize = msgBufferSize;
		}

		public @Nullable BufferOverflowStrategy getOverflow() {
			return this.overflow;
		}

		public void setOverflow(@Nullable BufferOverflowStrategy overflow) {
			this.overflow = overflow;
		}

	}

	/**
	 * Bounds that hold for every context, and for every connection.
	 */
	public static final class Limits {

		/**
		 * Largest encoded message, argument, started value or result that this
		 * application takes; a peer's larger one fails over there when it is sent. At
		 * most 16 MB less 1 KB, the size of an RSocket frame. Lowered at start-up to what
		 * 'spring.rsocket.server.spec.max-frame-payload-length' lets through, where
		 * RSocket is mapped into the WebFlux server.
		 */
		private DataSize maxMessageSize = DataSize.ofMegabytes(1);

		/**
		 * How many bytes of unconsumed messages a stream's buffer holds, per context and
		 * side, besides being bounded in messages. One message always finds room when
		 * there is no other.
		 */
		private DataSize maxBufferedSize = DataSize.ofMegabytes(4);

		/**
		 * How many messages a peer may have in flight beyond the buffer of a stream
		 * without backpressure, so that a fast consumer on a slow link is not throttled.
		 */
		private int runAhead = 1024;

		/**
		 * How many contexts a peer may have open at once on one connection. Openings
		 * beyond are refused, and may be tried again.
		 */
		private int maxContextsPerConnection = 1024;

		/**
		 * How many contexts a peer may open a second on one connection, and so many at
		 * once after a pause. Openings beyond are refused, and may be tried again.
		 */
		private int openingsPerSecond = 50_000;

		/**
		 * How many bytes a peer may leave unread on one connection: what contexts have to
		 * send waits then, and a peer that goes on to make this application answer is
		 * disconnected. At least 64 KB.
		 */
		private DataSize maxUnread = DataSize.ofMegabytes(8);

		/**
		 * How many bytes a peer may send in fragments without their ends on one
		 * connection, on ordinary routes too; beyond, it is disconnected. At least twice
		 * 'tractor.limits.max-message-size'.
		 */
		private DataSize maxUnfinishedFragments = DataSize.ofMegabytes(64);

		/**
		 * Longest time after which a client of this application's server is asked for a
		 * sign of life. A longer one that the client chooses is shortened to it.
		 */
		private Duration maxKeepAliveInterval = Duration.ofSeconds(20);

		/**
		 * Longest time without any sign of life after which a client of this
		 * application's server counts as lost. A longer one that the client chooses is
		 * shortened to it.
		 */
		private Duration maxKeepAliveLifeTime = Duration.ofSeconds(90);

		public DataSize getMaxMessageSize() {
			return this.maxMessageSize;
		}

		public void setMaxMessageSize(DataSize maxMessageSize) {
			this.maxMessageSize = maxMessageSize;
		}

		public DataSize getMaxBufferedSize() {
			return this.maxBufferedSize;
		}

		public void setMaxBufferedSize(DataSize maxBufferedSize) {
			this.maxBufferedSize = maxBufferedSize;
		}

		public int getRunAhead() {
			return this.runAhead;
		}

		public void setRunAhead(int runAhead) {
			this.runAhead = runAhead;
		}

		public int getMaxContextsPerConnection() {
			return this.maxContextsPerConnection;
		}

		public void setMaxContextsPerConnection(int maxContextsPerConnection) {
			this.maxContextsPerConnection = maxContextsPerConnection;
		}

		public int getOpeningsPerSecond() {
			return this.openingsPerSecond;
		}

		public void setOpeningsPerSecond(int openingsPerSecond) {
			this.openingsPerSecond = openingsPerSecond;
		}

		public DataSize getMaxUnread() {
			return this.maxUnread;
		}

		public void setMaxUnread(DataSize maxUnread) {
			this.maxUnread = maxUnread;
		}

		public DataSize getMaxUnfinishedFragments() {
			return this.maxUnfinishedFragments;
		}

		public void setMaxUnfinishedFragments(DataSize maxUnfinishedFragments) {
			this.maxUnfinishedFragments = maxUnfinishedFragments;
		}

		public Duration getMaxKeepAliveInterval() {
			return this.maxKeepAliveInterval;
		}

		public void setMaxKeepAliveInterval(Duration maxKeepAliveInterval) {
			this.maxKeepAliveInterval = maxKeepAliveInterval;
		}

		public Duration getMaxKeepAliveLifeTime() {
			return this.maxKeepAliveLifeTime;
		}

		public void setMaxKeepAliveLifeTime(Duration maxKeepAliveLifeTime) {
			this.maxKeepAliveLifeTime = maxKeepAliveLifeTime;
		}

	}

	/**
	 * How handlers run.
	 */
	public static final class Handler {

		/**
		 * Threads that handlers run on. With 'auto', virtual ones where
		 * 'spring.threads.virtual.enabled' is set and the JDK has them, else platform
		 * threads.
		 */
		private Threads threads = Threads.AUTO;

		/**
		 * How many handlers may run at once on platform threads. Openings beyond are
		 * refused as busy, never queued. Has no effect on virtual threads.
		 */
		private int maxThreads = 256;

		public Threads getThreads() {
			return this.threads;
		}

		public void setThreads(Threads threads) {
			this.threads = threads;
		}

		public int getMaxThreads() {
			return this.maxThreads;
		}

		public void setMaxThreads(int maxThreads) {
			this.maxThreads = maxThreads;
		}

		/**
		 * Kinds of threads.
		 */
		public enum Threads {

			/**
			 * What the application uses otherwise.
			 */
			AUTO,

			/**
			 * A virtual thread for each handler, on JDK 21 or later.
			 */
			VIRTUAL,

			/**
			 * A bounded pool of platform threads.
			 */
			PLATFORM

		}

	}

	/**
	 * What the end of the application does to contexts.
	 */
	public static final class Shutdown {

		/**
		 * How long contexts may run on when the application stops, which refuses new ones
		 * by then. What is left is cancelled with the reason 'shutdown'.
		 */
		private Duration gracePeriod = Duration.ofSeconds(10);

		public Duration getGracePeriod() {
			return this.gracePeriod;
		}

		public void setGracePeriod(Duration gracePeriod) {
			this.gracePeriod = gracePeriod;
		}

	}

	/**
	 * What errors tell the other side.
	 */
	public static final class Errors {

		/**
		 * Whether the messages of this application's errors, and of those that it passes
		 * on from others, go to its peers. With 'false', peers learn the error's type,
		 * where it comes from and the context's id; this application's log has the rest.
		 */
		private boolean includeMessage = true;

		/**
		 * Whether a handler's error carries its stack trace to the caller, without
		 * messages where 'include-message' is 'false'.
		 */
		private boolean includeStackTrace;

		/**
		 * Types of exceptions that are rebuilt when a peer's error names one of them, as
		 * the cause of the RemoteActorException. They need a constructor that takes
		 * (String), (String, Throwable) or nothing. By default there are none, and errors
		 * of peers are known by name alone.
		 */
		private Set<Class<? extends Throwable>> rebuild = new LinkedHashSet<>();

		public boolean isIncludeMessage() {
			return this.includeMessage;
		}

		public void setIncludeMessage(boolean includeMessage) {
			this.includeMessage = includeMessage;
		}

		public boolean isIncludeStackTrace() {
			return this.includeStackTrace;
		}

		public void setIncludeStackTrace(boolean includeStackTrace) {
			this.includeStackTrace = includeStackTrace;
		}

		public Set<Class<? extends Throwable>> getRebuild() {
			return this.rebuild;
		}

		public void setRebuild(Set<Class<? extends Throwable>> rebuild) {
			this.rebuild = rebuild;
		}

	}

	/**
	 * A connection to another application.
	 */
	public static final class Portal {

		/**
		 * Where the other application's RSocket server is: 'tcp://host:port',
		 * 'tcps://host:port', 'ws://host:port/path' or 'wss://host:port/path'. Required.
		 */
		private @Nullable String uri;

		/**
		 * How values are encoded on this connection. The RSocketStrategies must know it.
		 */
		private MimeType dataMimeType = new MimeType("application", "cbor");

		/**
		 * When to connect: with the first opening, or at start-up in the background, so
		 * that the server can open contexts on this application.
		 */
		private Connect connect = Connect.LAZY;

		/**
		 * How long opening a context may take on this portal, connecting included. By
		 * default this is 'tractor.open-timeout'.
		 */
		private @Nullable Duration openTimeout;

		/**
		 * How long a context may take on this portal, from connecting to the result,
		 * where the call does not say. Past it the callee is cancelled, and the caller
		 * gets a timeout error. By default there is no such limit.
		 */
		private @Nullable Duration deadline;

		/**
		 * User name to authenticate the connection with; takes a password too.
		 */
		private @Nullable String username;

		/**
		 * Password to authenticate the connection with.
		 */
		private @Nullable String password;

		/**
		 * Bearer token to authenticate the connection with, instead of user name and
		 * password.
		 */
		private @Nullable String bearerToken;

		private final KeepAlive keepAlive = new KeepAlive();

		private final Reconnect reconnect = new Reconnect();

		private final Ssl ssl = new Ssl();

		public @Nullable String getUri() {
			return this.uri;
		}

		public void setUri(@Nullable String uri) {
			this.uri = uri;
		}

		public MimeType getDataMimeType() {
			return this.dataMimeType;
		}

		public void setDataMimeType(MimeType dataMimeType) {
			this.dataMimeType = dataMimeType;
		}

		public Connect getConnect() {
			return this.connect;
		}

		public void setConnect(Connect connect) {
			this.connect = connect;
		}

		public @Nullable Duration getOpenTimeout() {
			return this.openTimeout;
		}

		public void setOpenTimeout(@Nullable Duration openTimeout) {
			this.openTimeout = openTimeout;
		}

		public @Nullable Duration getDeadline() {
			return this.deadline;
		}

		public void setDeadline(@Nullable Duration deadline) {
			this.deadline = deadline;
		}

		public @Nullable String getUsername() {
			return this.username;
		}

		public void setUsername(@Nullable String username) {
			this.username = username;
		}

		public @Nullable String getPassword() {
			return this.password;
		}

		public void setPassword(@Nullable String password) {
			this.password = password;
		}

		public @Nullable String getBearerToken() {
			return this.bearerToken;
		}

		public void setBearerToken(@Nullable String bearerToken) {
			this.bearerToken = bearerToken;
		}

		public KeepAlive getKeepAlive() {
			return this.keepAlive;
		}

		public Reconnect getReconnect() {
			return this.reconnect;
		}

		public Ssl getSsl() {
			return this.ssl;
		}

		/**
		 * When to connect.
		 */
		public enum Connect {

			/**
			 * With the first opening.
			 */
			LAZY,

			/**
			 * At start-up, in the background; a failure is logged, and the next opening
			 * tries again.
			 */
			EAGER

		}

	}

	/**
	 * How a dead peer is noticed.
	 */
	public static final class KeepAlive {

		/**
		 * How often to ask the server for a sign of life.
		 */
		private Duration interval = Duration.ofSeconds(20);

		/**
		 * How long to wait for any sign of life before the connection counts as lost.
		 */
		private Duration maxLifeTime = Duration.ofSeconds(90);

		public Duration getInterval() {
			return this.interval;
		}

		public void setInterval(Duration interval) {
			this.interval = interval;
		}

		public Duration getMaxLifeTime() {
			return this.maxLifeTime;
		}

		public void setMaxLifeTime(Duration maxLifeTime) {
			this.maxLifeTime = maxLifeTime;
		}

	}

	/**
	 * What an opening does while the server is down.
	 */
	public static final class Reconnect {

		/**
		 * Whether an opening waits for a server that is down, trying again until its
		 * open-timeout is over, instead of failing at the first failed attempt. Either
		 * way the next opening after a lost connection connects again.
		 */
		private boolean enabled;

		/**
		 * Pause before the second attempt; it doubles with each one after.
		 */
		private Duration minBackoff = Duration.ofMillis(100);

		/**
		 * Longest pause between two attempts.
		 */
		private Duration maxBackoff = Duration.ofSeconds(5);

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public Duration getMinBackoff() {
			return this.minBackoff;
		}

		public void setMinBackoff(Duration minBackoff) {
			this.minBackoff = minBackoff;
		}

		public Duration getMaxBackoff() {
			return this.maxBackoff;
		}

		public void setMaxBackoff(Duration maxBackoff) {
			this.maxBackoff = maxBackoff;
		}

	}

	/**
	 * TLS of a connection.
	 */
	public static final class Ssl {

		/**
		 * Name of the SSL bundle to use with a 'tcps' or 'wss' URI. By default the JDK's
		 * own trusted certificates are used.
		 */
		private @Nullable String bundle;

		public @Nullable String getBundle() {
			return this.bundle;
		}

		public void setBundle(@Nullable String bundle) {
			this.bundle = bundle;
		}

	}

}
