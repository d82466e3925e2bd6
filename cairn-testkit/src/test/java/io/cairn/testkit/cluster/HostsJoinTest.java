// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.TestHost;
import io.cairn.testkit.load.RegisterService;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How hosts become one group. {@code -Dcairn.starts=N} repeats simultaneous starts N times, instead
 * of once.
 */
class HostsJoinTest {

  private static final int STARTS = Integer.getInteger("cairn.starts", 1);
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String REGISTERS = RegisterService.FACTORY_LINK;

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void hostsStartedAtTheSameMomentFormOneGroup(int size) throws IOException {
    for (int round = 0; round < STARTS; round++) {
      try (TestCluster cluster = TestCluster.start(size, new RegisterService.Setup())) {
        List<HttpProbe> hosts =
            IntStream.range(0, size).mapToObj(i -> cluster.host(i).http()).toList();
        Map<String, String> written = new TreeMap<>();
        for (int i = 0; i < size * 3; i++) {
          create(hosts.get(i % size), "/of-" + i % size + "-" + i, written);
        }
        awaitAll(hosts, written);
      }
    }
  }

  @Test
  void aHostWithDocumentsOfItsOwnThatJoinsKeepsThemAll() throws IOException {
    try (TestHost first =
        TestHost.builder().arguments(a -> a.id = "first").services(setup()).start()) {
      Map<String, String> written = new TreeMap<>();
      for (int i = 0; i < 40; i++) {
        create(first.http(), "/of-first-" + i, written);
      }
      List<String> peers = new ArrayList<>();
      try (TestHost second =
          TestHost.builder()
              .arguments(
                  a -> {
                    a.id = "second";
                    a.peerNodes = peers.toArray(String[]::new);
                  })
              .services(setup())
              .start()) {
        for (int i = 0; i < 40; i++) {
          create(second.http(), "/of-second-" + i, written);
        }
        create(second.http(), "/of-both", written);
        create(first.http(), "/of-both", written);
        put(second.http(), "/of-both", "the later", written);
        peers.add(first.uri().toString());
        second.restart();
        awaitAll(List.of(first.http(), second.http()), written);
        put(second.http(), "/of-first-1", "changed there", written);
        put(first.http(), "/of-second-1", "changed here", written);
        put(first.http(), "/of-both", "changed by both", written);
        awaitAll(List.of(first.http(), second.http()), written);
      }
    }
  }

  private static RegisterService.Setup setup() {
    return new RegisterService.Setup();
  }

  private static void create(HttpProbe host, String name, Map<String, String> written) {
    String link = REGISTERS + name;
    String body = "{\"value\": \"made as %s\", \"documentSelfLink\": \"%s\"}".formatted(name, link);
    TestContext.waitFor(LIMIT, () -> isDone(host, "POST", REGISTERS, body), "creation of " + link);
    written.put(link, "made as " + name);
  }

  private static void put(HttpProbe host, String name, String value, Map<String, String> written) {
    String body = "{\"value\": \"%s\"}".formatted(value);
    TestContext.waitFor(
        LIMIT, () -> isDone(host, "PUT", REGISTERS + name, body), "a PUT of " + name);
    written.put(REGISTERS + name, value);
  }

  private static boolean isDone(HttpProbe host, String method, String path, String body) {
    try {
      Answer answer = host.send(method, path, body);
      return answer.isSuccess();
    } catch (IOException e) {
      return false;
    }
  }

  private static void awaitAll(List<HttpProbe> hosts, Map<String, String> written) {
    for (HttpProbe host : hosts) {
      written.forEach(
          (link, value) ->
              TestContext.waitFor(
                  LIMIT, () -> value.equals(valueOf(host, link)), link + " with " + value));
    }
    for (HttpProbe host : hosts) {
      written.forEach((link, value) -> assertThat(valueOf(host, link)).as(link).isEqualTo(value));
    }
  }

  private static String valueOf(HttpProbe host, String link) {
    try {
      Answer answer = host.get(link);
      return answer.isSuccess()
          ? answer.json().path("value").asString("")
          : "status " + answer.status();
    } catch (IOException e) {
      return e.toString();
    }
  }
}
