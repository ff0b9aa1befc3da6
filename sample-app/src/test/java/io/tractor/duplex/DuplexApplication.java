package io.tractor.duplex;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

import io.tractor.ActorContext;
import io.tractor.CalleeContext;
import io.tractor.CallerContext;
import io.tractor.ContextListener;
import io.tractor.ContextType;
import io.tractor.Ledger;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Portals;
import io.tractor.Side;
import io.tractor.TaskContext;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * One of two processes with a context between them in which either side sends. What
 * happens is told on standard output, one line each. It reads lines from standard input
 * and ends with it: {@code go} lets this side's task go on, and {@code open <kind>
 * <sender> <count> <caller's backpressure> <callee's backpressure>} opens a context.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class DuplexApplication {

	private static final ContextType<Plan, String, String, String, String> DUPLEX = new ContextType<>("duplex") {
	};

	private final Semaphore go = new Semaphore(0);

	public static void main(String[] args) throws IOException {
		SpringApplication application = new SpringApplication(DuplexApplication.class);
		// not the sample's application.yml
		System.setProperty("spring.config.name", "duplex");
		System.setProperty("spring.main.web-application-type", "none");
		System.setProperty("spring.main.banner-mode", "off");
		try (ConfigurableApplicationContext context = application.run(args)) {
			context.getBean(DuplexApplication.class).read(context);
		}
	}

	private void read(ConfigurableApplicationContext context) throws IOException {
		say("ready");
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = input.readLine(); line != null; line = input.readLine()) {
			if (line.equals("go")) {
				this.go.release();
			}
			else {
				Plan plan = Plan.parse(line);
				new Thread(() -> open(context.getBean(Portals.class), plan), "caller").start();
			}
		}
	}

	private void open(Portals portals, Plan plan) {
		portals.get("duplex").context(DUPLEX).argument(plan).runForOutcome((context) -> call(context, plan));
	}

	private String call(CallerContext<String, String, String, String> context, Plan plan) throws InterruptedException {
		if (plan.kind() == Kind.FILL && plan.sender() == Side.CALLEE) {
			return awaitGo();
		}
		try (MsgStream<String, String> stream = context
			.openStream((options) -> options.backpressure(plan.callerBackpressure()))) {
			return take(stream, Side.CALLER, plan);
		}
	}

	@ActorContext("duplex")
	String duplex(CalleeContext<String, String, String> context, Plan plan) throws InterruptedException {
		context.started("started");
		if (plan.kind() == Kind.FILL && plan.sender() == Side.CALLER) {
			return awaitGo();
		}
		try (MsgStream<String, String> stream = context
			.openStream((options) -> options.backpressure(plan.calleeBackpressure()))) {
			return take(stream, Side.CALLEE, plan);
		}
	}

	private String take(MsgStream<String, String> stream, Side side, Plan plan) throws InterruptedException {
		if (plan.kind() == Kind.FILL) {
			return fill(stream, plan.count());
		}
		return (plan.sender() == side) ? flood(stream, plan.count()) : readLate(stream);
	}

	private String fill(MsgStream<String, String> stream, int count) throws InterruptedException {
		Thread sender = new Thread(() -> {
			for (int i = 0; i < count; i++) {
				stream.send("message " + i);
				say("sent " + (i + 1));
			}
		}, "sender");
		sender.setDaemon(true);
		sender.setUncaughtExceptionHandler((thread, ex) -> say("sender: " + ex));
		sender.start();
		return awaitGo();
	}

	private String flood(MsgStream<String, String> stream, int count) {
		stream.receive(); // so the other side has opened its stream
		int sent = 0;
		while (sent < count && stream.offer("message " + sent)) {
			sent++;
		}
		say("waits after " + sent);
		while (sent < count) {
			stream.send("message " + sent++);
		}
		stream.endSend();
		return stream.receive();
	}

	private String readLate(MsgStream<String, String> stream) throws InterruptedException {
		stream.send("opened");
		awaitGo();
		int received = 0;
		for (String message : stream) {
			if (!message.equals("message " + received++)) {
				throw new IllegalStateException("'" + message + "' out of order");
			}
		}
		stream.send("received " + received);
		return "received " + received;
	}

	private String awaitGo() throws InterruptedException {
		try {
			say("awaits go");
			this.go.acquire();
			return "went";
		}
		catch (InterruptedException ex) {
			say("interrupted");
			throw ex;
		}
	}

	@Bean
	ContextListener narrator() {
		return new Narrator();
	}

	private static void say(String line) {
		System.out.println("# " + line);
	}

	enum Kind {

		/** The receiver never opens its stream. */
		FILL,

		/** Both sides open theirs, and the receiver does not read until it is told to. */
		FLOOD

	}

	record Plan(Kind kind, Side sender, int count, boolean callerBackpressure, boolean calleeBackpressure) {

		static Plan parse(String line) {
			String[] words = line.split(" ");
			return new Plan(Kind.valueOf(words[1]), Side.valueOf(words[2]), Integer.parseInt(words[3]),
					Boolean.parseBoolean(words[4]), Boolean.parseBoolean(words[5]));
		}

	}

	private static final class Narrator implements ContextListener {

		@Override
		public void overrun(TaskContext context, OverrunReport report) {
			say("overrun " + context.side() + " " + report.reason() + ": " + report.describe());
		}

		@Override
		public void ended(TaskContext context, Outcome<?> outcome) {
			String how = (outcome instanceof Outcome.Completed<?> completed) ? "completed " + completed.value()
					: (outcome instanceof Outcome.Failed<?> failed) ? "failed " + failed.error()
							: "cancelled " + ((Outcome.Cancelled<?>) outcome).cancellation();
			say("ended " + context.side() + " " + ledger(outcome.ledger()) + " " + how);
		}

		private static String ledger(Ledger ledger) {
			return direction(ledger.toCallee()) + " " + direction(ledger.toCaller());
		}

		private static String direction(Ledger.Direction direction) {
			return direction.sent() + "=" + direction.consumed() + "+" + direction.dropped() + "+"
					+ direction.discarded();
		}

	}

}
