package io.tractor.sample.page;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The Chromium that is installed on this machine, without a window. Where there is none,
 * tests are skipped, unless the environment says {@code TRACTOR_BROWSER=required}.
 */
final class Browser implements AutoCloseable {

	private static final File BINARY = new File("/usr/bin/chromium");

	private static final File DRIVER = new File("/usr/bin/chromedriver");

	private final Path profile;

	private final ChromeDriver driver;

	private Browser(Path profile) {
		this.profile = profile;
		LoggingPreferences logging = new LoggingPreferences();
		logging.enable(LogType.BROWSER, Level.ALL);
		ChromeOptions options = new ChromeOptions();
		options.setBinary(BINARY);
		options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage",
				"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
				"--user-data-dir=" + profile.toAbsolutePath());
		options.setCapability(ChromeOptions.LOGGING_PREFS, logging);
		// both paths are given, so that Selenium looks for neither
		this.driver = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(),
				options);
	}

	static Browser start() throws IOException {
		boolean installed = BINARY.canExecute() && DRIVER.canExecute();
		if ("required".equals(System.getenv("TRACTOR_BROWSER"))) {
			assertThat(installed).as("TRACTOR_BROWSER=required, but there is no %s or no %s", BINARY, DRIVER).isTrue();
		}
		Assumptions.assumeTrue(installed, () -> "The page is not tested: there is no " + BINARY + " or no " + DRIVER
				+ " (packages chromium and chromium-driver)");
		return new Browser(Files.createTempDirectory(Files.createDirectories(Path.of("target")), "chromium-"));
	}

	void open(String url) {
		this.driver.get(url);
	}

	void resize(int width, int height) {
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
	}

	void click(String selector) {
		this.driver.findElement(By.cssSelector(selector)).click();
	}

	/**
	 * Replace the text of a field, and leave the field.
	 */
	void type(String selector, String text) {
		// without leaving the field in between, which would count as a change
		this.driver.findElement(By.cssSelector(selector)).sendKeys(Keys.chord(Keys.CONTROL, "a"), text, Keys.TAB);
	}

	/**
	 * Return the text of the first element that the selector matches, empty without one.
	 */
	String text(String selector) {
		return script("return document.querySelector(arguments[0])?.textContent ?? ''", selector);
	}

	String attribute(String selector, String name) {
		return script("return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? ''", selector, name);
	}

	long number(String selector) {
		String digits = text(selector).replaceAll("\\D", "");
		return digits.isEmpty() ? -1 : Long.parseLong(digits);
	}

	@SuppressWarnings("unchecked")
	<T> T script(String script, Object... arguments) {
		return (T) Objects.requireNonNull(this.driver.executeScript(script, arguments), script);
	}

	ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50));
	}

	/**
	 * Return what the browser complained of since the last call.
	 */
	List<String> complaints() {
		return this.driver.manage()
			.logs()
			.get(LogType.BROWSER)
			.getAll()
			.stream()
			.filter((entry) -> entry.getLevel().intValue() >= Level.WARNING.intValue())
			.map(Object::toString)
			.toList();
	}

	@Override
	public void close() {
		this.driver.quit();
		try {
			FileSystemUtils.deleteRecursively(this.profile);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
