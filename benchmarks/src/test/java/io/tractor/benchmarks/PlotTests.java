package io.tractor.benchmarks;

import java.io.StringReader;
import java.util.List;
import java.util.Map;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

import static org.assertj.core.api.Assertions.assertThat;

class PlotTests {

	@Test
	void whenPlottedThenEachPointLiesWithinTheAxes() throws Exception {
		Document svg = parse(new Plot("One stream", "bytes", "messages a second",
				Map.of("one", List.of(new Plot.Point(16, 150, 90, 200), new Plot.Point(1024, 20, 11, 30)), "other",
						List.of(new Plot.Point(1024, 5000, 4000, 6000))))
			.svg());
		NodeList bars = svg.getElementsByTagName("line");
		NodeList circles = svg.getElementsByTagName("circle");
		// two in the legend
		assertThat(circles.getLength()).isEqualTo(2 + 3);
		assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(2);
		for (int i = 0; i < circles.getLength(); i++) {
			Element circle = (Element) circles.item(i);
			assertThat(Double.parseDouble(circle.getAttribute("cx"))).isBetween(110.0, 720.0);
			assertThat(Double.parseDouble(circle.getAttribute("cy"))).isBetween(50.0, 380.0);
		}
		for (int i = 0; i < bars.getLength(); i++) {
			Element bar = (Element) bars.item(i);
			assertThat(Double.parseDouble(bar.getAttribute("y1"))).isBetween(80.0, 380.0);
			assertThat(Double.parseDouble(bar.getAttribute("y2"))).isBetween(80.0, 380.0);
		}
		assertThat(svg.getDocumentElement().getTextContent()).contains("One stream", "bytes", "messages a second",
				"1 Ki", "10,000");
	}

	private static Document parse(String svg) throws Exception {
		return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
	}

}
