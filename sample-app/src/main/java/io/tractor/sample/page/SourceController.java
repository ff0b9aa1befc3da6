package io.tractor.sample.page;

import io.tractor.sample.WorkGenerator;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Gives the source more or less work. Takes JSON alone, which pages of other sites cannot
 * send here.
 */
@RestController
@Profile("source | !viewer")
class SourceController {

	private final WorkGenerator generator;

	SourceController(WorkGenerator generator) {
		this.generator = generator;
	}

	@PostMapping(path = "/source", consumes = MediaType.APPLICATION_JSON_VALUE)
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void change(@Valid @RequestBody SourceChange change) {
		this.generator.setEventsPerSecond(change.eventsPerSecond());
	}

	/**
	 * What shall be different about the source.
	 *
	 * @param eventsPerSecond how much work it is given
	 */
	record SourceChange(@Min(0) @Max(10_000) int eventsPerSecond) {

	}

}
