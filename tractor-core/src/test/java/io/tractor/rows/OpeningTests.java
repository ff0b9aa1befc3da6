package io.tractor.rows;

import java.util.ArrayList;
import java.util.List;

import io.tractor.ContextType;
import io.tractor.MsgStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class OpeningTests {

	static final ContextType<String, String, String, Integer, String> ECHO = new ContextType<>("echo") {
	};

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("O1 opening returns after started and hands its value over")
	void whenCalleeStartsThenValueIsHandedOver(Link link) throws Exception {
		try (Pair pair = new Pair(link)) {
			pair.handle(ECHO, (ctx, argument) -> {
				ctx.started("hello " + argument);
				try (MsgStream<String, Integer> stream = ctx.openStream()) {
					StringBuilder all = new StringBuilder(stream.receive());
					for (int i = 0; i < 1000; i++) {
						stream.send(i);
					}
					stream.endSend();
					for (String msg : stream) {
						all.append(msg);
					}
					return all.toString();
				}
			});
			List<Integer> received = new ArrayList<>();
			String result = pair.portal.context(ECHO).argument("you").run((ctx) -> {
				assertThat(ctx.started()).isEqualTo("hello you");
				try (MsgStream<Integer, String> stream = ctx.openStream()) {
					stream.send("a");
					stream.send("b");
					stream.endSend();
					stream.forEach(received::add);
				}
				return ctx.result();
			});
			assertThat(result).isEqualTo("ab");
			assertThat(received).hasSize(1000).isSorted();
		}
	}

}
