// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import java.net.URI;
import org.junit.jupiter.api.Test;

class RecentTargetsTest {
  private static final URI ONE = URI.create("http://127.0.0.1:8000/core/examples/one");

  private final RecentTargets targets = new RecentTargets();

  private static HttpRequest get(String target) {
    return new HttpRequest("GET", target, null, HttpHeaders.empty(), HttpRequest.NO_BODY);
  }

  @Test
  void givesTheUriOfTheSamePathAndOfNoOther() {
    targets.note(get("/core/examples/one"), ONE);

    assertThat(targets.find(get("/core/examples/one"))).isSameAs(ONE);
    assertThat(targets.find(get("/core/examples/one?expand"))).isNull();
    // Two texts of one hash, and so of one place.
    targets.note(get("/Aa"), ONE);
    assertThat(targets.find(get("/BB"))).isNull();
  }

  @Test
  void keepsNothingThatHasAQueryOrIsLong() {
    String path = "/" + "x".repeat(300);
    targets.note(get(path), ONE);
    targets.note(get("/core/examples?expand"), ONE);
    targets.note(get("/bad"), null);

    assertThat(targets.find(get(path))).isNull();
    assertThat(targets.find(get("/core/examples"))).isNull();
    assertThat(targets.find(get("/bad"))).isNull();
  }
}
