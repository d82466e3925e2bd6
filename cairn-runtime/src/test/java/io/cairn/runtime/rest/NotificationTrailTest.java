// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains of notifications are counted over hosts, and nobody can make a count up. */
class NotificationTrailTest {

  private final NotificationTrail a = new NotificationTrail("a");
  private final NotificationTrail b = new NotificationTrail("b");

  @Test
  void countOfAHostComesBackToItThroughAnother() {
    String atB = b.incoming(a.outgoing("3"));
    assertThat(atB).startsWith("0,a:3:");

    String atA = a.incoming(b.outgoing(atB.replaceFirst("0", "1")));

    assertThat(atA).startsWith("3,b:1:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"8", "", "a", "8,8", "a:8", "a:8:00000000000000000000000000000000", "-1", "a:8:x"})
  void countThatAClientMakesUpMeansNothing(String header) {
    assertThat(a.incoming(header)).isEqualTo("0");
  }

  @Test
  void countOfOneHostIsNoneOfAnotherOfItsName() {
    assertThat(a.incoming(new NotificationTrail("a").outgoing("8"))).isEqualTo("0");
    assertThat(a.incoming(a.outgoing("2").replace(":2:", ":8:"))).isEqualTo("0");
  }

  @Test
  void countIsFoundByTheOwnerThatAnotherNodePassesItOnTo() {
    String atGateway = b.incoming(a.outgoing("5"));

    assertThat(a.passedOn(atGateway)).isEqualTo("5");
    assertThat(a.passedOn("7")).isEqualTo("7");
    assertThat(a.passedOn("nonsense")).isEqualTo("0");
  }

  @Test
  void entriesOfOthersAreFew() {
    String entry = ",c:1:" + "0".repeat(32);

    assertThat(a.incoming("x" + entry.repeat(100)).split(",", -1)).hasSize(17);
  }
}
