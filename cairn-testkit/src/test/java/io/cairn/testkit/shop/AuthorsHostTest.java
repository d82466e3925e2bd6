// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.application.Application;
import io.cairn.testkit.Documents;
import io.cairn.testkit.TestHost;
import io.cairn.testkit.shop.Kiosk.Goods;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How a test starts and restarts a host of its own. */
class AuthorsHostTest {

  @Test
  void hostIsDescribedStartedSeededAndRestarted() {
    List<String> life = new ArrayList<>();
    Application witness =
        app -> app.onStart(started -> life.add("start")).onStop(stopping -> life.add("stop"));
    try (TestHost host =
        TestHost.builder()
            .application(new Kiosk())
            .application(witness)
            .settings(Map.of("kiosk.limit", 5, "operationTimeout", "5s"))
            .seed("/goods", "classpath:kiosk/goods/tea.json")
            .start()) {
      assertThat(host.host().getOperationTimeoutMicros()).isEqualTo(5_000_000);
      assertThat(host.documents("/goods", Goods.class).all()).containsExactly(new Goods("Tea", 3));
      host.restart();
      Documents<Goods> goods = host.documents("/goods", Goods.class);
      assertThat(goods.all()).containsExactly(new Goods("Tea", 3));
    }
    assertThat(life).containsExactly("start", "stop", "start", "stop");
  }

  @Test
  void allWrongSettingsAreNamedAtOnce() {
    assertThatThrownBy(
            () ->
                TestHost.builder()
                    .application(new Kiosk())
                    .setting("kiosk.limits", 3)
                    .setting("operationTimeout", "soon")
                    .start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kiosk.limits")
        .hasMessageContaining("kiosk.limit?")
        .hasMessageContaining("operationTimeout");
  }
}
