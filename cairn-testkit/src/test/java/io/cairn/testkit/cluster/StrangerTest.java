// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.Answer;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.TestHost;
import io.cairn.testkit.load.RegisterService;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who does not know the cluster's secret is nobody's peer. */
class StrangerTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String REGISTERS = RegisterService.FACTORY_LINK;

  @ParameterizedTest
  @ValueSource(strings = {"wrong", ""})
  void aHostWithoutTheSecretJoinsNobodyAndLearnsNothing(String secret) throws IOException {
    try (TestHost member = host("member", "right", null);
        TestHost stranger = host("stranger", secret.isEmpty() ? null : secret, member)) {
      create(member, "/of-member");
      assertThat(attempt(stranger, "/of-stranger").status()).isEqualTo(503);
      try (TestHost late = host("late", "right", member)) {
        // Who knows the secret has become a member by now: there was time enough for the stranger.
        TestContext.waitFor(LIMIT, () -> status(late, "/of-member") == 200, "the late joiner");
        assertThat(status(stranger, "/of-member")).isEqualTo(503);
        assertThat(status(member, "/of-stranger")).isEqualTo(404);
        assertThat(status(late, "/of-stranger")).isEqualTo(404);
      }
    }
  }

  @Test
  void theMarksOfNodesMeanNothingFromAClient() throws IOException {
    try (TestHost member = host("member", "right", null)) {
      create(member, "/one");
      for (String mark : new String[] {"xn-rpl", "xn-fwd", "xn-synch-owner", "xn-synch-peer"}) {
        Answer changed =
            member
                .http()
                .put(
                    REGISTERS + "/one",
                    "{\"value\": \"%s\", \"documentVersion\": 40, \"documentEpoch\": 9,"
                            .formatted(mark)
                        + " \"documentOwner\": \"stranger\"}",
                    "pragma",
                    mark);
        if (changed.isSuccess()) {
          assertThat(changed.json().path("documentVersion").asLong()).isLessThan(40);
          assertThat(changed.json().path("documentOwner").asString("")).isEqualTo("member");
        }
      }
    }
  }

  private static TestHost host(String id, @Nullable String secret, @Nullable TestHost peer) {
    return TestHost.builder()
        .arguments(
            arguments -> {
              arguments.id = id;
              arguments.clusterSecret = secret;
              arguments.startupPeriodMicros = Duration.ofSeconds(2).toNanos() / 1000;
              if (peer != null) {
                arguments.peerNodes = new String[] {peer.uri().toString()};
              }
            })
        .services(new RegisterService.Setup())
        .start();
  }

  private static Answer attempt(TestHost host, String name) throws IOException {
    return host.http()
        .post(
            REGISTERS,
            "{\"value\": \"here\", \"documentSelfLink\": \"%s\"}".formatted(REGISTERS + name));
  }

  private static void create(TestHost host, String name) {
    TestContext.waitFor(
        LIMIT,
        () -> {
          try {
            return attempt(host, name).isSuccess();
          } catch (IOException e) {
            return false;
          }
        },
        "the creation of " + name);
  }

  private static int status(TestHost host, String name) {
    try {
      return host.http().get(REGISTERS + name).status();
    } catch (IOException e) {
      return 0;
    }
  }
}
