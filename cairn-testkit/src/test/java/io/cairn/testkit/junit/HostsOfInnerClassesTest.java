// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.cairn.application.Application;
import io.cairn.application.ApplicationSetup;
import io.cairn.service.Service.Action;
import io.cairn.testkit.TestHost;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Which hosts the tests of an inner class have, and how often they are started. */
@CairnTest(value = HostsOfInnerClassesTest.Sign.class, settings = "sign.text=outer")
class HostsOfInnerClassesTest {

  /** Says what it was told. */
  public static final class Sign implements Application {
    @Override
    public void configure(ApplicationSetup app) {
      var text = app.setting("sign.text", "none", "what is said");
      app.endpoint("/sign", Action.GET, request -> text.get());
    }
  }

  /** Does not start. */
  public static final class Broken implements Application {
    static final AtomicInteger starts = new AtomicInteger();

    @Override
    public void configure(ApplicationSetup app) {
      starts.incrementAndGet();
      throw new IllegalStateException("is broken");
    }
  }

  private static String sign(TestHost host) throws IOException {
    return host.http().get("/sign").text();
  }

  @Test
  void outerClassHasItsHost(TestHost host) throws IOException {
    assertThat(sign(host)).isEqualTo("outer");
  }

  @Nested
  class WithoutAnnotation {
    @Test
    void innerClassSharesTheHost(TestHost host) throws IOException {
      assertThat(sign(host)).isEqualTo("outer");
    }
  }

  @Nested
  @CairnTest(value = Sign.class, settings = "sign.text=inner")
  class WithAnnotation {
    @Test
    void innerClassHasAHostOfItsOwn(TestHost host) throws IOException {
      assertThat(sign(host)).isEqualTo("inner");
    }
  }

  /** Run by {@link #hostThatDoesNotStartIsStartedOnce} alone. */
  @CairnTest(value = Broken.class, fresh = true)
  static class Failing {
    @Test
    void neverBegins() {}
  }

  @Test
  void hostThatDoesNotStartIsStartedOnce() {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(Failing.class))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .build(),
            listener);
    TestExecutionSummary summary = listener.getSummary();
    assertThat(summary.getFailures()).hasSize(1);
    assertThat(summary.getFailures().getFirst().getException())
        .hasStackTraceContaining("is broken")
        .hasNoSuppressedExceptions();
    assertThat(Broken.starts).hasValue(1);
  }
}
