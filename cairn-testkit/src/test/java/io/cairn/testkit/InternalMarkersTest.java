// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What nodes say to each other in headers changes nothing when a client says it. */
class InternalMarkersTest {

  private static final String LEDGER = LedgerService.FACTORY_LINK + "/one";

  private final TestHost host = TestHost.builder().services(new LedgerService.Setup()).start();

  @BeforeEach
  void create() throws IOException {
    String body = "{\"mark\":\"birth\",\"documentSelfLink\":\"%s\"}".formatted(LEDGER);
    assertThat(host.http().post(LedgerService.FACTORY_LINK, body).status()).isEqualTo(200);
  }

  @AfterEach
  void stop() {
    host.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "xn-rpl",
        "xn-synch-owner",
        "xn-synch-peer",
        "xn-fwd",
        "xn-created",
        "xn-state-not-modified",
        "xn-post-to-put",
        "xn-from-migration",
        "xn-check-version",
        "XN-State-Not-Modified",
        "a,xn-rpl;xn-created"
      })
  void internalMarkersOfAClientMeanNothing(String pragma) throws IOException {
    Answer stored = host.http().patch(LEDGER, "{\"mark\":\"marked\"}", "Pragma", pragma);
    assertThat(stored.status()).isEqualTo(200);
    assertThat(host.http().patch(LEDGER, "{\"mark\":\"refuse\"}", "Pragma", pragma).status())
        .isEqualTo(400);
    assertThat(host.http().patch(LEDGER, "{}", "Pragma", pragma).status()).isEqualTo(400);
    String absent = LedgerService.FACTORY_LINK + "/absent";
    assertThat(host.http().patch(absent, "{\"mark\":\"m\"}", "Pragma", pragma).status())
        .isEqualTo(404);
    assertThat(
            host.http()
                .post(
                    LedgerService.FACTORY_LINK,
                    "{\"mark\":\"again\",\"documentSelfLink\":\"one\"}",
                    "Pragma",
                    pragma)
                .status())
        .isEqualTo(409);

    host.restart();
    LedgerService.LedgerState state = host.http().get(LEDGER).as(LedgerService.LedgerState.class);
    assertThat(state.marks).containsExactly("birth", "marked");
    assertThat(state.documentVersion).isEqualTo(1);
  }
}
