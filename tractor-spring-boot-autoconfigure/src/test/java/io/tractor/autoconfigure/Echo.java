package io.tractor.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import io.tractor.ActorContext;
import io.tractor.CalleeContext;
import io.tractor.ContextType;
import io.tractor.MsgStream;

/**
 * A handler that sends back what it receives.
 */
public class Echo {

	/**
	 * The handler's type.
	 */
	public static final ContextType<Greeting, Greeting, Greeting, Greeting, List<String>> TYPE = new ContextType<>(
			"echo") {
	};

	@ActorContext("echo")
	List<String> echo(CalleeContext<Greeting, Greeting, Greeting> context, Greeting hello) {
		context.started(new Greeting("Hello " + hello.text()));
		List<String> seen = new ArrayList<>();
		try (MsgStream<Greeting, Greeting> stream = context.openStream()) {
			for (Greeting greeting : stream) {
				seen.add(greeting.text());
				stream.send(greeting);
			}
		}
		return seen;
	}

	/**
	 * A message.
	 *
	 * @param text the text
	 */
	public record Greeting(String text) {

	}

}
