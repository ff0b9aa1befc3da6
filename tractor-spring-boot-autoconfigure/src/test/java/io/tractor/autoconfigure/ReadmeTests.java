package io.tractor.autoconfigure;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the README and the documents for users show compiles and binds.
 */
class ReadmeTests {

	private static final List<Path> DOCUMENTS = List.of(Path.of("..", "README.md"),
			Path.of("..", "docs", "observability.md"));

	@TempDir
	private Path classes;

	@Test
	void whenJavaIsShownThenItCompiles() throws IOException {
		List<String> snippets = blocks("java");
		assertThat(snippets).isNotEmpty();
		String source = """
				import io.micrometer.core.instrument.Tags;
				import io.tractor.*;
				import io.tractor.observation.*;
				import java.util.*;
				import reactor.core.publisher.BufferOverflowStrategy;
				import reactor.core.publisher.Flux;
				import org.springframework.context.event.EventListener;
				import org.springframework.messaging.handler.annotation.Payload;
				import org.springframework.stereotype.Component;

				class Readme {

				%s

				}
				""".formatted(String.join("\n", snippets));
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		StringWriter problems = new StringWriter();
		List<String> options = List.of("-proc:none", "-parameters", "-d", this.classes.toString(), "-classpath",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
		boolean compiled = compiler.getTask(problems, null, null, options, null, List.of(new Source("Readme", source)))
			.call();
		assertThat(compiled).as(problems.toString()).isTrue();
	}

	@Test
	void whenYamlIsShownThenItBinds() throws IOException {
		List<String> snippets = blocks("yaml");
		assertThat(snippets).isNotEmpty();
		for (String snippet : snippets) {
			MutablePropertySources sources = new MutablePropertySources();
			new YamlPropertySourceLoader()
				.load("README", new ByteArrayResource(snippet.getBytes(StandardCharsets.UTF_8)))
				.forEach(sources::addLast);
			Binder binder = new Binder(ConfigurationPropertySources.from(sources));
			assertThat(binder
				.bind("tractor", Bindable.of(TractorProperties.class),
						new NoUnboundElementsBindHandler(BindHandler.DEFAULT))
				.isBound()).isTrue();
		}
	}

	private static List<String> blocks(String language) throws IOException {
		Pattern block = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL);
		List<String> blocks = new ArrayList<>();
		for (Path document : DOCUMENTS) {
			block.matcher(Files.readString(document)).results().map((match) -> match.group(1)).forEach(blocks::add);
		}
		return blocks;
	}

	private static final class Source extends SimpleJavaFileObject {

		private final String content;

		Source(String name, String content) {
			super(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE);
			this.content = content;
		}

		@Override
		public CharSequence getCharContent(boolean ignoreEncodingErrors) {
			return this.content;
		}

	}

}
