// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.service.security.AuthorizationContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperationContextTest {
  private static final AuthorizationContext JANE = AuthorizationContext.ofSubject("/users/jane");

  @AfterEach
  void clear() {
    OperationContext.reset();
  }

  @Test
  void partsAreSetOneByOne() {
    OperationContext.setAuthorizationContext(JANE);
    OperationContext.setContextId("ctx");
    OperationContext.setTransactionId("tx");

    assertThat(OperationContext.getAuthorizationContext()).isEqualTo(JANE);
    assertThat(OperationContext.getContextId()).isEqualTo("ctx");
    assertThat(OperationContext.getTransactionId()).isEqualTo("tx");

    OperationContext.reset();

    assertThat(OperationContext.getOperationContext())
        .isSameAs(OperationContext.of(null, null, null));
  }

  @Test
  void contextTakenEarlierIsRestored() {
    OperationContext.setContextId("before");
    OperationContext before = OperationContext.getOperationContext();
    OperationContext.setContextId("between");

    OperationContext.restoreOperationContext(before);

    assertThat(OperationContext.getContextId()).isEqualTo("before");
    OperationContext.restoreOperationContext(null);
    assertThat(OperationContext.getContextId()).isNull();
  }

  @Test
  void threadsDoNotInheritIt() throws InterruptedException {
    OperationContext.setContextId("mine");
    List<String> seen = new ArrayList<>();

    Thread.ofVirtual().start(() -> seen.add(OperationContext.getContextId())).join();
    Thread.ofPlatform().start(() -> seen.add(OperationContext.getContextId())).join();

    assertThat(seen).containsExactly(null, null);
  }

  @Test
  void callersContextComesBackEvenAfterAFailure() {
    OperationContext.setContextId("caller");
    OperationContext other = OperationContext.of(JANE, "other", null);

    assertThatThrownBy(
            () ->
                OperationContext.run(
                    other,
                    () -> {
                      assertThat(OperationContext.getContextId()).isEqualTo("other");
                      throw new IllegalStateException("x");
                    }))
        .hasMessage("x");
    assertThat(OperationContext.getContextId()).isEqualTo("caller");
    assertThat(OperationContext.<String>call(other, OperationContext::getContextId))
        .isEqualTo("other");
  }

  @Test
  void contextIsTakenFromAnOperation() {
    OperationContext.setFrom(new Operation().setContextId("of the op"));
    assertThat(OperationContext.getContextId()).isEqualTo("of the op");
  }

  @Test
  void textOfASubjectNeverShowsTheToken() {
    AuthorizationContext context =
        new AuthorizationContext("/users/jane", "token", 0, java.util.Map.of());
    assertThat(context.toString()).contains("/users/jane").doesNotContain("token");
  }
}
