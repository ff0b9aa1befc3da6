package io.tractor.rows;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.tractor.Side;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.core.annotation.AnnotatedElementUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether {@code docs/conformance.md} says what the tests prove: which rows there are is
 * in the document, and which of them have a test, over what links, in what forms and
 * turned round, is in the display names and the arguments of the tests.
 */
class ConformanceTests {

	private static final Path ROOT = Path.of("..");

	private static final Map<String, Path> MODULES = Map.of("autoconfigure",
			ROOT.resolve("tractor-spring-boot-autoconfigure"), "sample", ROOT.resolve("sample-app"));

	private static final Pattern ROW = Pattern
		.compile("\\| ([A-Z]\\d+) \\|([^|]*)\\|([^|]*)\\|([^|]*)\\|([^|]*)\\|([^|]*)\\|");

	private static final Pattern IDS = Pattern.compile("((?:[A-Z]\\d+ )+).*");

	private static final String OPEN = "**open**";

	private final Map<String, Row> rows = readRows();

	private final Map<String, Proof> proofs = readTests();

	@Test
	void whenRowIsNotOpenThenItHasTests() {
		assertThat(this.rows).isNotEmpty()
			.allSatisfy((id, row) -> assertThat(row.open() || !row.tests().isEmpty()).as(id + " is open, or has tests")
				.isTrue());
	}

	@Test
	void whenTestNamesRowThenThereIsOne() {
		assertThat(this.rows).as("rows that tests name").containsKeys(this.proofs.keySet().toArray(String[]::new));
	}

	@Test
	void whenRowNamesClassThenItHasTestsOfTheRow() {
		List<String> wrong = new ArrayList<>();
		this.rows.forEach((id, row) -> row.tests().forEach((test) -> {
			if (!isTested(id, test)) {
				wrong.add(id + " has no test in " + test);
			}
		}));
		assertThat(wrong).isEmpty();
	}

	@Test
	void whenRowClaimsLinksOrFormsThenTestsRunThem() {
		List<String> wrong = new ArrayList<>();
		this.rows.forEach((id, row) -> {
			Proof proof = this.proofs.getOrDefault(id, new Proof());
			row.links()
				.stream()
				.filter((link) -> !proof.links.contains(link))
				.forEach((link) -> wrong.add(id + " " + link));
			row.forms()
				.stream()
				.filter((form) -> !proof.forms.contains(form))
				.forEach((form) -> wrong.add(id + " " + form));
			if (row.bothRoles() && proof.sides.size() < 2) {
				wrong.add(id + " in both roles");
			}
		});
		assertThat(wrong).as("claimed, but not run").isEmpty();
	}

	private boolean isTested(String id, String test) {
		int colon = test.indexOf(':');
		if (colon < 0) {
			return this.proofs.containsKey(id) && this.proofs.get(id).classes.contains(test);
		}
		// tests of later modules are there as text only
		String className = test.substring(colon + 1).trim();
		Pattern name = Pattern.compile("@DisplayName\\(\"(?:[A-Z]\\d+ )*" + id + " ");
		try (Stream<Path> files = Files.walk(MODULES.get(test.substring(0, colon)).resolve("src/test/java"))) {
			return files.filter((file) -> file.endsWith(className + ".java"))
				.anyMatch((file) -> name.matcher(read(file)).find());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Map<String, Row> readRows() {
		Map<String, Row> rows = new LinkedHashMap<>();
		read(ROOT.resolve("docs/conformance.md")).lines()
			.filter((line) -> line.matches("\\| [A-Z]\\d+ .*"))
			.forEach((line) -> {
				Matcher matcher = ROW.matcher(line);
				assertThat(matcher.matches()).as(line).isTrue();
				Row row = new Row(values(Link.class, matcher.group(3)), values(Form.class, matcher.group(4)),
						matcher.group(5).trim().equals("yes"),
						cells(matcher.group(6)).stream().filter((test) -> !test.equals(OPEN)).toList(),
						matcher.group(6).contains(OPEN));
				assertThat(rows.put(matcher.group(1), row)).as("one row " + matcher.group(1)).isNull();
			});
		return rows;
	}

	private static List<String> cells(String list) {
		return Arrays.stream(list.split(","))
			.map(String::trim)
			.filter((cell) -> !cell.isEmpty() && !cell.equals("–"))
			.toList();
	}

	private static <E extends Enum<E>> Set<E> values(Class<E> type, String list) {
		return cells(list).stream()
			.map((name) -> Enum.valueOf(type, name.toUpperCase(Locale.ROOT)))
			.collect(Collectors.toCollection(() -> EnumSet.noneOf(type)));
	}

	/**
	 * Read what the compiled test classes of this module are about.
	 */
	private static Map<String, Proof> readTests() {
		Map<String, Proof> proofs = new TreeMap<>();
		try {
			Path classes = Path.of(ConformanceTests.class.getProtectionDomain().getCodeSource().getLocation().toURI());
			try (Stream<Path> files = Files.walk(classes)) {
				for (Path file : files.filter((each) -> each.toString().endsWith("Tests.class")).toList()) {
					String name = classes.relativize(file).toString().replace(".class", "").replace('/', '.');
					for (Method method : Class.forName(name, false, ConformanceTests.class.getClassLoader())
						.getDeclaredMethods()) {
						DisplayName text = method.getAnnotation(DisplayName.class);
						Matcher ids = IDS.matcher((text != null) ? text.value() : "");
						if (ids.matches()) {
							for (String id : ids.group(1).trim().split(" ")) {
								proofs.computeIfAbsent(id, (key) -> new Proof()).add(method);
							}
						}
					}
				}
			}
		}
		catch (IOException | ReflectiveOperationException | URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
		return proofs;
	}

	/**
	 * A row of the document.
	 *
	 * @param links the links that it claims
	 * @param forms the forms that it claims
	 * @param bothRoles whether it claims that it is turned round
	 * @param tests the classes that have its tests, with a module and a colon before
	 * those of later modules
	 * @param open whether it is marked as not yet true
	 */
	private record Row(Set<Link> links, Set<Form> forms, boolean bothRoles, List<String> tests, boolean open) {

	}

	/**
	 * What the tests of a row run.
	 */
	private static final class Proof {

		private final Set<String> classes = new TreeSet<>();

		private final Set<Link> links = EnumSet.noneOf(Link.class);

		private final Set<Form> forms = EnumSet.noneOf(Form.class);

		private final Set<Side> sides = EnumSet.noneOf(Side.class);

		void add(Method method) throws ReflectiveOperationException {
			this.classes.add(method.getDeclaringClass().getSimpleName());
			boolean hasForm = false;
			boolean hasLink = false;
			for (Object value : arguments(method).toList()) {
				if (value instanceof Case how) {
					this.links.add(how.link());
					this.forms.add(how.form());
					this.sides.add(how.side());
					hasForm = true;
				}
				else if (value instanceof Form form) {
					this.forms.add(form);
					hasForm = true;
				}
				else if (value instanceof Link link) {
					this.links.add(link);
					hasLink = true;
				}
				else if (value instanceof Side side) {
					this.sides.add(side);
				}
			}
			if (hasLink && !hasForm) {
				this.forms.add((method.getDeclaringClass() == ReactiveTests.class) ? Form.REACTIVE : Form.SCOPE);
			}
			if (method.getDeclaringClass().getPackageName().equals("io.tractor.engine")) {
				// two engines, connected by encoded bytes
				this.links.add(Link.MEMORY);
			}
		}

		/**
		 * Return all values of all arguments that a test is run with.
		 */
		private static Stream<?> arguments(Method test) throws ReflectiveOperationException {
			List<Object> values = new ArrayList<>();
			MethodSource methods = AnnotatedElementUtils.findMergedAnnotation(test, MethodSource.class);
			if (methods != null) {
				for (String name : methods.value()) {
					String factory = name.isEmpty() ? test.getName() : name;
					((Stream<?>) call(test.getDeclaringClass(), factory)).forEach(values::add);
				}
			}
			EnumSource constants = AnnotatedElementUtils.findMergedAnnotation(test, EnumSource.class);
			if (constants != null) {
				Object[] all = test.getParameterTypes()[0].getEnumConstants();
				List<String> names = List.of(constants.names());
				assertThat(constants.mode()).isEqualTo(EnumSource.Mode.INCLUDE);
				Arrays.stream(all)
					.filter((each) -> names.isEmpty() || names.contains(((Enum<?>) each).name()))
					.forEach(values::add);
			}
			return values.stream()
				.flatMap((value) -> (value instanceof Arguments arguments) ? Arrays.stream(arguments.get())
						: Stream.of(value));
		}

		private static @Nullable Object call(Class<?> testClass, String name) throws ReflectiveOperationException {
			String className = name.contains("#") ? name.substring(0, name.indexOf('#')) : testClass.getName();
			Method factory = Class.forName(className).getDeclaredMethod(name.substring(name.indexOf('#') + 1));
			factory.setAccessible(true);
			try {
				return factory.invoke(null);
			}
			catch (InvocationTargetException ex) {
				throw new IllegalStateException(ex.getCause());
			}
		}

	}

}
