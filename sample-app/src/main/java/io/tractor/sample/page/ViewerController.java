package io.tractor.sample.page;

import io.tractor.sample.Viewer;
import io.tractor.sample.ViewerChange;
import jakarta.validation.Valid;

import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Makes the viewer behave differently. Takes JSON alone, which pages of other sites
 * cannot send here.
 */
@RestController
@Profile("viewer | !source")
class ViewerController {

	private final Viewer viewer;

	ViewerController(Viewer viewer) {
		this.viewer = viewer;
	}

	@PostMapping(path = "/viewer", consumes = MediaType.APPLICATION_JSON_VALUE)
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void change(@Valid @RequestBody ViewerChange change) {
		this.viewer.change(change);
	}

}
