// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.ids;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.Answer;
import io.cairn.testkit.TestHost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdGeneratorTest {
  private TestHost host;

  @BeforeEach
  void start() {
    host = TestHost.builder().application(new IdGenerator()).setting("ids.blockSize", 10).start();
  }

  @AfterEach
  void stop() {
    host.close();
  }

  private Answer send(String verb, String path, String body) throws IOException {
    return host.http().send(verb, path, body);
  }

  private long next() throws Exception {
    return send("GET", IdGenerator.NEXT, null).json().get("id").asLong();
  }

  @Test
  void idsBeginAtZeroAndGrow() throws Exception {
    for (int expected = 0; expected < 25; expected++) {
      assertThat(next()).isEqualTo(expected);
    }
  }

  @Test
  void noIdIsGivenTwiceToClientsAtTheSameTime() throws Exception {
    Set<Long> given = new HashSet<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Long>> requests = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        requests.add(this::next);
      }
      for (Future<Long> id : clients.invokeAll(requests)) {
        given.add(id.get());
      }
    }
    assertThat(given).hasSize(100);
  }

  @Test
  void noIdIsGivenAgainAfterARestart() throws Throwable {
    long last = -1;
    for (int run = 0; run < 3; run++) {
      for (int i = 0; i < 7; i++) {
        long id = next();
        assertThat(id).isGreaterThan(last);
        last = id;
      }
      host.restart();
    }
  }

  @Test
  void aSequenceDoesNotGoBack() throws Exception {
    next();
    String sequence = IdGenerator.SEQUENCES + "/default";
    assertThat(send("PUT", sequence, "{\"free\":3}").status()).isEqualTo(405);
    assertThat(send("POST", sequence, "{\"count\":0}").status()).isEqualTo(400);
    assertThat(send("POST", sequence, "{\"count\":5}").json().get("free").asLong()).isEqualTo(15);
  }
}
