package io.tractor;

import java.util.List;

import org.springframework.core.ResolvableType;
import org.springframework.util.Assert;

/**
 * A route together with the five types that a context on it has. Extend it anonymously so
 * that generic types are kept: <pre class="code">
 * static final ContextType&lt;Subscription, JvmInfo, Command, Event, Summary&gt; TELEMETRY =
 *         new ContextType&lt;&gt;("telemetry") {};
 * </pre> Use {@link Void} for what a context does not have. Instances are immutable and
 * may be shared between threads.
 *
 * @param <A> the handler's argument
 * @param <V> the value that the callee hands to {@code started}
 * @param <I> messages to the callee
 * @param <O> messages to the caller
 * @param <R> the callee's result
 */
public abstract class ContextType<A, V, I, O, R> {

	private final String route;

	private final List<ResolvableType> types;

	/**
	 * Create a context type.
	 * @param route the route, with {@code {name}} for destination variables
	 * @throws IllegalArgumentException if a type argument is missing or is not known, as
	 * in a raw subclass or in one whose arguments are type variables
	 */
	protected ContextType(String route) {
		Assert.hasText(route, "'route' must not be empty");
		this.route = route;
		ResolvableType self = ResolvableType.forClass(getClass()).as(ContextType.class);
		this.types = List.of(self.getGenerics());
		boolean known = this.types.size() == 5 && this.types.stream().noneMatch(ResolvableType::hasUnresolvableGenerics)
				&& this.types.stream().allMatch((type) -> type.resolve() != null);
		Assert.isTrue(known,
				() -> "The five types of context type '" + route
						+ "' must be concrete: write new ContextType<Argument, Started, ToCallee, ToCaller, Result>(\""
						+ route + "\") {}");
	}

	/**
	 * Return the route, which may contain destination variables.
	 * @return the route as given
	 */
	public final String route() {
		return this.route;
	}

	/**
	 * Return the type of the handler's argument.
	 * @return the first type argument
	 */
	public final ResolvableType argumentType() {
		return this.types.get(0);
	}

	/**
	 * Return the type of the value that the callee hands to {@code started}.
	 * @return the second type argument
	 */
	public final ResolvableType startedType() {
		return this.types.get(1);
	}

	/**
	 * Return the type of the messages that go to the callee.
	 * @return the third type argument
	 */
	public final ResolvableType toCalleeType() {
		return this.types.get(2);
	}

	/**
	 * Return the type of the messages that go to the caller.
	 * @return the fourth type argument
	 */
	public final ResolvableType toCallerType() {
		return this.types.get(3);
	}

	/**
	 * Return the type of the callee's result.
	 * @return the fifth type argument
	 */
	public final ResolvableType resultType() {
		return this.types.get(4);
	}

	@Override
	public final String toString() {
		return "ContextType '" + this.route + "'";
	}

}
