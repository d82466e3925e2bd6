// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.service.Service.Action;
import io.cairn.testkit.Documents;
import io.cairn.testkit.RefusedRequest;
import io.cairn.testkit.RequestFaults;
import io.cairn.testkit.TestHost;
import io.cairn.testkit.junit.CairnTest;
import io.cairn.testkit.shop.Kiosk.Order;
import io.cairn.testkit.shop.Kiosk.Stage;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** Hosts of each method's own, and what a test that fails says besides. */
@Isolated("looks at what all log")
@ExtendWith(AuthorsFreshHostTest.FailureIsExpected.class)
@CairnTest(value = Kiosk.class, fresh = true)
class AuthorsFreshHostTest {

  /** Thrown by a test that is to fail. */
  private static final class Expected extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Gets to see failures after the test kit has. */
  static final class FailureIsExpected implements TestExecutionExceptionHandler {
    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure)
        throws Throwable {
      if (!(failure instanceof Expected)) {
        throw failure;
      }
      assertThat(failure.getSuppressed()).hasSize(1);
      assertThat(failure.getSuppressed()[0])
          .hasMessageContaining("WARN kiosk: the shelf is bare")
          .hasNoCause();
    }
  }

  @Test
  void testThatFailsSaysWhatWasLogged(TestHost host) {
    assertThat(host.host().isStarted()).isTrue();
    LoggerFactory.getLogger("kiosk").warn("the shelf is bare");
    throw new Expected();
  }

  @RepeatedTest(2)
  void eachMethodHasAHostOfItsOwn(TestHost host, RequestFaults faults) {
    Documents<Order> orders = host.documents("/orders", Order.class);
    orders.create("only", new Order("tea", Stage.OPEN));
    assertThat(orders.all()).hasSize(1);
    faults.every("/orders").only(Action.POST).fails(500);
    assertThat(RefusedRequest.by(() -> orders.create(new Order("ink", Stage.OPEN))).status())
        .isEqualTo(500);
  }
}
