package io.tractor.sample.page;

import java.io.IOException;
import java.util.List;

import io.tractor.sample.RSocketPort;
import io.tractor.sample.Viewer;
import io.tractor.sample.ViewerChange;
import io.tractor.sample.WorkGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.BufferOverflowStrategy;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the page in a browser.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "tractor.open-timeout=60s", "tractor.application-name=<b id='markup'>sample</b>" })
@DirtiesContext
@Timeout(240)
class PageTests {

	private static final String CALLER = "#contexts [data-side='caller'] ";

	private static final String CALLEE = "#contexts [data-side='callee'] ";

	private static final String CONSUMED = CALLER + "[data-text='consumed']";

	private static Browser browser;

	@Autowired
	private Viewer viewer;

	@Autowired
	private WorkGenerator source;

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void rsocketPort(DynamicPropertyRegistry registry) {
		RSocketPort.choose(registry);
	}

	@BeforeAll
	static void startBrowser() throws IOException {
		browser = Browser.start();
	}

	@AfterAll
	static void stopBrowser() {
		if (browser != null) {
			browser.close();
		}
	}

	@BeforeEach
	void openPage() {
		this.source.setEventsPerSecond(300);
		this.viewer.change(new ViewerChange(true, true, 0, true, BufferOverflowStrategy.ERROR, 64, true));
		browser.open("http://localhost:" + this.port + "/");
		awaitConsumption();
		browser.click("#viewer summary");
	}

	@AfterEach
	void nothingWentWrongInTheBrowser() {
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void whenOpenedThenItShowsBothSidesAndMoves() {
		assertThat(browser.text("title")).isEqualTo("Tractor: live contexts");
		assertThat(browser.text("#connection")).isEqualTo("live");
		assertThat(browser.text(CALLER + "h3")).isEqualTo("The viewer (caller)");
		assertThat(browser.text(CALLEE + "h3")).isEqualTo("The source (callee)");
		assertThat(browser.text(CALLER + "[data-text='settings']")).isEqualTo("backpressure on");
		assertThat(browser.attribute(CALLER + "[role='meter']", "aria-valuemax")).isEqualTo("64");
		browser.await().until(() -> browser.number(CALLER + "[data-text='receiveRate']") > 0);
		browser.await().until(() -> browser.number(CALLEE + "[data-text='sendRate']") > 0);
		String line = browser.attribute(CALLER + ".line", "d");
		browser.await().until(() -> !browser.attribute(CALLER + ".line", "d").equals(line));
	}

	@Test
	void whenOpenedThenAllOfItComesFromTheSample() {
		List<String> resources = browser
			.script("return performance.getEntriesByType('resource').map(({name}) => name)");
		assertThat(resources).hasSizeGreaterThan(3)
			.allSatisfy((resource) -> assertThat(resource).startsWith("http://localhost:" + this.port + "/"));
	}

	@Test
	void whenViewerNeverOpensItsStreamThenOverrunIsExplained() {
		assertThat(browser.text("#overruns [data-reason='NEVER_OPENED']")).isEmpty();
		choose("never open its stream");
		String overrun = "#overruns [data-reason='NEVER_OPENED'] ";
		browser.await().until(() -> browser.text(overrun + "[data-text='status']").equals("final report"));
		assertThat(browser.text(overrun + "h3")).isEqualTo("The stream was never opened");
		assertThat(browser.text(overrun + "[data-text='first']")).isEqualTo("message 64");
		assertThat(browser.text(overrun + "[data-text='buffer']")).isEqualTo("64 of 64");
		assertThat(browser.text(overrun + "[data-text='text']")).contains("the stream was never opened over there");
		assertThat(browser.text("#announcement")).isEqualTo("Overrun: The stream was never opened");

		// it stays there until it is told to go on
		browser.await().until(() -> browser.text("#restart").equals("Open again"));
		assertThat(browser.text("#viewer-state")).contains("over: failed");
		browser.await()
			.until(() -> browser.text("#no-contexts").contains("none") && browser.text("#contexts").isEmpty());
		assertThat(browser.text("#ended [data-outcome='FAILED'][data-side='caller']")).contains("never opened");
		choose("keep up");
		awaitConsumption();
		assertThat(browser.text(overrun + "h3")).isNotEmpty();
	}

	@Test
	void whenViewerIsSlowWithoutBackpressureThenOverrunIsExplained() {
		choose("be slow without backpressure");
		String overrun = "#overruns [data-reason='SLOW_CONSUMER']:not(.dropping) ";
		browser.await().until(() -> browser.text(overrun + "[data-text='status']").equals("final report"));
		assertThat(browser.text(overrun + "h3")).isEqualTo("The consumer was too slow");
		assertThat(browser.text(overrun + "[data-text='text']")).contains("has no backpressure")
			.doesNotContain("never opened");
		browser.await().until(() -> browser.text("#restart").equals("Open again"));
		assertThat(browser.attribute("#viewer-form [name='backpressure']:checked", "name")).isEmpty();
	}

	@Test
	void whenViewerDropsThenBothGoOn() {
		choose("be slow and drop the oldest");
		browser.await().until(() -> browser.number(CALLER + "[data-text='dropped']") > 0);
		browser.await().until(() -> !browser.text("#overruns .dropping").isEmpty());
		assertThat(browser.text("#restart")).isEqualTo("Open a new context");
		awaitConsumption();
	}

	@Test
	void whenViewerStopsReadingThenSourceWaitsUntilItReadsAgain() {
		String id = browser.attribute("#contexts article", "data-id");
		choose("stop reading");
		browser.await().until(() -> browser.attribute(CALLER + "[role='meter']", "aria-valuenow").equals("64"));
		browser.await()
			.until(() -> browser.text(CALLEE + "[data-text='stall']")
				.contains("the callee waits to send, but the caller"));
		browser.click("#viewer-form [name='reading']");
		awaitConsumption();
		assertThat(browser.attribute("#contexts article", "data-id")).isEqualTo(id);
	}

	@Test
	void whenBufferIsChangedThenNextContextHasIt() {
		browser.type("#viewer-form [name='msgBufferSize']", "17");
		browser.await().until(() -> browser.attribute(CALLER + "[role='meter']", "aria-valuemax").equals("17"));
		browser.await()
			.until(() -> browser.text("#ended [data-outcome='CANCELLED']").contains("the viewer opens a new context"));
	}

	@Test
	void whenSourcesWorkIsChangedThenItDoesAsMuch() {
		browser.type("#source-form [name='eventsPerSecond']", "7");
		browser.await().until(() -> this.source.eventsPerSecond() == 7);
	}

	@Test
	void whenValueIsOutOfRangeThenPageSaysSo() {
		browser.type("#viewer-form [name='msgBufferSize']", "0");
		browser.await().until(() -> browser.text("#refusal").contains("1"));
		assertThat(this.viewer.settings().msgBufferSize()).isEqualTo(64);
	}

	@Test
	void whenPeersNameHasMarkupThenItIsText() {
		assertThat(browser.text(CALLER + "[data-text='peer']")).contains("<b id='markup'>sample</b>/");
		assertThat(browser.text("#markup")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 320, 390, 1400 })
	void whenWindowHasAnyWidthThenNothingIsCutOff(int width) {
		browser.resize(width, 900);
		long needed = browser.script("return document.documentElement.scrollWidth");
		assertThat(needed).isLessThanOrEqualTo(width);
	}

	@Test
	void whenWindowIsNarrowThenWhatIsChosenMovesNothing() {
		browser.resize(390, 900);
		choose("keep up");
		long height = heightOfScenarios();
		for (String scenario : List.of("be slow", "stop reading")) {
			choose(scenario);
			assertThat(heightOfScenarios()).isEqualTo(height);
		}
	}

	private static long heightOfScenarios() {
		return browser.script("return document.querySelector('#scenarios').offsetHeight");
	}

	private static void choose(String scenario) {
		String button = "[data-scenario='" + scenario + "']";
		browser.click(button);
		browser.await().until(() -> browser.attribute(button, "aria-pressed").equals("true"));
	}

	private static void awaitConsumption() {
		browser.await().until(() -> browser.number(CONSUMED) > 0);
		long consumed = browser.number(CONSUMED);
		browser.await().until(() -> browser.number(CONSUMED) > consumed);
	}

}
