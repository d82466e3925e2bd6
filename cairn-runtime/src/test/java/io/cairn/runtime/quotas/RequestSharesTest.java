// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.service.failure.LimitExceeded;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestSharesTest {

  private static final int BOUND = 12;

  private final RequestShares shares = new RequestShares(BOUND, PartyNames::of);

  /** How many of a hundred requests are let in; they go on. */
  private List<Runnable> flood(String who) {
    List<Runnable> leave = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      try {
        leave.add(shares.enter(SubjectContext.of(Subject.user(who)), null));
      } catch (LimitExceeded full) {
        assertThat(full.status()).isEqualTo(503);
        assertThat(full.retryAfterSeconds()).isOne();
      }
    }
    return leave;
  }

  @Test
  void floodOfOneLeavesOthersTheirShare() {
    assertThat(flood("/a")).as("alone it may have all").hasSize(BOUND);
    assertThat(flood("/b")).as("half of it").hasSize(BOUND / 2);
    assertThat(flood("/c")).as("a third of it").hasSize(BOUND / 3);
    assertThat(flood("/a")).as("it has more than its share").isEmpty();
    assertThat(flood("/d")).as("up to twice the bound").hasSize(2);
    assertThat(flood("/e")).isEmpty();
  }

  @Test
  void whatIsAnsweredMakesRoomOnce() {
    List<Runnable> under = flood("/a");
    under.getFirst().run();
    under.getFirst().run();

    assertThat(flood("/a")).hasSize(1);
    assertThatExceptionOfType(LimitExceeded.class)
        .isThrownBy(() -> shares.enter(SubjectContext.of(Subject.user("/a")), null))
        .withMessageContaining("12 of them are of /a")
        .withMessageContaining("maxRequestsInProgress");
    under.forEach(Runnable::run);
    assertThat(flood("/b")).hasSize(BOUND - 1);
  }

  @Test
  void thoseWhoHaveNotSaidWhoTheyAreAreToldApartByTheirAddress() {
    InetSocketAddress stranger = new InetSocketAddress("192.0.2.1", 1);
    InetSocketAddress sameStranger = new InetSocketAddress("192.0.2.1", 2);
    for (int i = 0; i < BOUND; i++) {
      var _ = shares.enter(null, stranger);
    }

    assertThatExceptionOfType(LimitExceeded.class)
        .isThrownBy(() -> shares.enter(null, sameStranger));
    var _ = shares.enter(null, new InetSocketAddress("192.0.2.2", 1));
  }
}
