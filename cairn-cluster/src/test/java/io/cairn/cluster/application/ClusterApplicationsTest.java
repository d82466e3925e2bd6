// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Applications by class name, stages by name, and the defaults of the bounds. */
public class ClusterApplicationsTest {

  /** One that can be made. */
  public static class Good extends ClusterApplicationAdapter {}

  /** One whose constructor wants something. */
  public static class Demanding extends ClusterApplicationAdapter {
    /** Makes one. */
    public Demanding(String wish) {
      assertThat(wish).isNotNull();
    }
  }

  /** One whose constructor throws. */
  public static class Failing extends ClusterApplicationAdapter {
    /** Does not make one. */
    public Failing() {
      throw new IllegalStateException("no disk");
    }
  }

  /** One whose class cannot be initialized. */
  public static class Unloadable extends ClusterApplicationAdapter {
    static final int VALUE = Integer.parseInt("none");
  }

  /** One that nobody else sees. */
  static class Hidden extends ClusterApplicationAdapter {
    /** Makes one. */
    public Hidden() {}
  }

  /** One that is not complete. */
  public abstract static class Incomplete extends ClusterApplicationAdapter {}

  private static ClusterApplication instantiate(String name) {
    return ClusterApplications.instantiate(name, ClusterApplicationsTest.class.getClassLoader());
  }

  @Test
  void anApplicationIsMadeByItsClassName() {
    assertThat(instantiate(Good.class.getName())).isInstanceOf(Good.class);
  }

  @ParameterizedTest
  @CsvSource({
    "no.such.Thing, is not on the class path",
    "java.lang.String, does not implement io.cairn.cluster.application.ClusterApplication",
    "io.cairn.cluster.application.ClusterApplication, is abstract",
    "io.cairn.cluster.application.ClusterApplicationsTest$Incomplete, is abstract",
    "io.cairn.cluster.application.ClusterApplicationsTest$Hidden, is not public",
    "io.cairn.cluster.application.ClusterApplicationsTest$Demanding, has no public constructor",
    "io.cairn.cluster.application.ClusterApplicationsTest$Failing, no disk",
    "io.cairn.cluster.application.ClusterApplicationsTest$Unloadable, cannot be made"
  })
  void whatCannotBeMadeIsNamedWithTheReason(String name, String reason) {
    assertThatThrownBy(() -> instantiate(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(reason);
  }

  @Test
  void aStageIsOneThreadOfItsNameAndTheSameEachTime() throws Exception {
    try (ClusterStages stages = new ClusterStages()) {
      CompletableFuture<Thread> thread = new CompletableFuture<>();
      stages.stage("app").execute(() -> thread.complete(Thread.currentThread()));

      assertThat(thread.get(20, TimeUnit.SECONDS).getName()).isEqualTo("cairn-stage-app");
      assertThat(thread.join().isDaemon()).isTrue();
      assertThat(stages.stage("app")).isSameAs(stages.stage("app"));
      assertThat(stages.stage("app")).isNotSameAs(stages.stage("other"));
      assertThatThrownBy(() -> stages.stage(" ")).isInstanceOf(IllegalArgumentException.class);
      stages.close();
      assertThatThrownBy(() -> stages.stage("app")).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void theDefaultsAreWhatTheyAreSaidToBe() {
    MessagingSettings messaging = MessagingSettings.defaults();
    assertThat(messaging)
        .isEqualTo(
            new MessagingSettings(
                10_240, 1_000, MessagingSettings.Overflow.REJECT, Duration.ofSeconds(10)));
    assertThat(ClusterRuntimeSettings.defaults())
        .isEqualTo(
            new ClusterRuntimeSettings(
                messaging, 100_000, 10_000, Duration.ofSeconds(10), Duration.ofSeconds(10)));
    assertThatThrownBy(
            () ->
                ClusterRuntimeSettings.defaults()
                    .with(it -> it.eventCapacity(0).watcherCapacity(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("eventCapacity");
    assertThatThrownBy(() -> ClusterRuntimeSettings.defaults().withSlowCallback(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("slowCallback");
  }
}
