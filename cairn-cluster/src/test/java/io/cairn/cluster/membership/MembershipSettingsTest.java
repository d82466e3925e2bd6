// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MembershipSettingsTest {

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  @Test
  void theDefaultsAreTheDocumentedOnes() {
    assertThat(MembershipSettings.defaults())
        .isEqualTo(
            new MembershipSettings(
                millis(400),
                millis(250),
                3,
                2,
                millis(100),
                3,
                2,
                millis(2_000),
                millis(500),
                millis(1_000),
                millis(3_000),
                4096,
                1024));
  }

  @Test
  void thePresetsAreTheDocumentedOnes() {
    assertThat(MembershipSettings.local())
        .isEqualTo(
            new MembershipSettings(
                millis(1_000),
                millis(200),
                1,
                3,
                millis(100),
                3,
                2,
                millis(15_000),
                millis(500),
                millis(1_000),
                millis(3_000),
                4096,
                1024));
    assertThat(MembershipSettings.lan())
        .isEqualTo(
            new MembershipSettings(
                millis(1_000),
                millis(500),
                3,
                5,
                millis(200),
                3,
                3,
                millis(30_000),
                millis(1_000),
                millis(3_000),
                millis(3_000),
                4096,
                1024));
    assertThat(MembershipSettings.wan())
        .isEqualTo(
            new MembershipSettings(
                millis(5_000),
                millis(3_000),
                3,
                6,
                millis(200),
                4,
                3,
                millis(60_000),
                millis(3_000),
                millis(10_000),
                millis(3_000),
                4096,
                1024));
  }

  @Test
  void aRefusalNamesTheKey() {
    assertThatThrownBy(
            () ->
                new MembershipSettings(
                    millis(400),
                    millis(400),
                    3,
                    2,
                    millis(100),
                    3,
                    3,
                    millis(2_000),
                    millis(500),
                    millis(1_000),
                    millis(3_000),
                    4096,
                    1024))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pingTimeout must be below pingInterval");
    assertThatThrownBy(
            () ->
                new MembershipSettings(
                    millis(400),
                    millis(250),
                    3,
                    0,
                    millis(100),
                    3,
                    3,
                    millis(2_000),
                    millis(500),
                    millis(1_000),
                    millis(3_000),
                    4096,
                    1024))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("suspicionMultiplier must be at least 1, not 0");
  }

  @Test
  void aPresetIsFoundByItsName() {
    assertThat(MembershipSettings.presets()).containsExactly("defaults", "local", "lan", "wan");
    assertThat(MembershipSettings.preset("defaults")).isEqualTo(MembershipSettings.defaults());
    assertThat(MembershipSettings.preset("local")).isEqualTo(MembershipSettings.local());
    assertThat(MembershipSettings.preset("lan")).isEqualTo(MembershipSettings.lan());
    assertThat(MembershipSettings.preset("wan")).isEqualTo(MembershipSettings.wan());
    assertThatThrownBy(() -> MembershipSettings.preset("moon"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("preset must be one of defaults, local, lan, wan, not moon");
  }

  @Test
  void eachKnobCanBeSetOnTopOfAPreset() {
    assertThat(
            MembershipSettings.lan()
                .with(
                    it ->
                        it.pingInterval(millis(20))
                            .pingTimeout(millis(10))
                            .pingRequestMembers(4)
                            .suspicionMultiplier(7)
                            .gossipInterval(millis(30))
                            .gossipFanout(5)
                            .gossipRepeatMultiplier(6)
                            .syncInterval(millis(40))
                            .seedInterval(millis(50))
                            .metadataTimeout(millis(60))
                            .leaveTimeout(millis(70))
                            .maxMetadataBytes(80)
                            .maxSeeds(90)))
        .isEqualTo(
            new MembershipSettings(
                millis(20),
                millis(10),
                4,
                7,
                millis(30),
                5,
                6,
                millis(40),
                millis(50),
                millis(60),
                millis(70),
                80,
                90));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aRefusalOfTheBuilderNamesTheKnob(
      String knob, UnaryOperator<MembershipSettingsBuilder> mistake) {
    MembershipSettingsBuilder builder = mistake.apply(MembershipSettings.defaults().with());
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(knob + " must be ");
  }

  private static Stream<Arguments> mistakes() {
    Duration none = Duration.ZERO;
    Duration centuries = Duration.ofSeconds(Long.MAX_VALUE);
    return Stream.of(
        mistake("pingInterval", b -> b.pingInterval(none)),
        mistake("pingInterval", b -> b.pingInterval(centuries)),
        mistake("pingTimeout", b -> b.pingTimeout(none)),
        mistake("pingTimeout", b -> b.pingTimeout(millis(400))),
        mistake("pingRequestMembers", b -> b.pingRequestMembers(-1)),
        mistake("suspicionMultiplier", b -> b.suspicionMultiplier(0)),
        mistake("gossipInterval", b -> b.gossipInterval(none)),
        mistake("gossipFanout", b -> b.gossipFanout(0)),
        mistake("gossipRepeatMultiplier", b -> b.gossipRepeatMultiplier(0)),
        mistake("syncInterval", b -> b.syncInterval(none)),
        mistake("seedInterval", b -> b.seedInterval(none)),
        mistake("metadataTimeout", b -> b.metadataTimeout(none)),
        mistake("leaveTimeout", b -> b.leaveTimeout(none)),
        mistake("maxMetadataBytes", b -> b.maxMetadataBytes(63)),
        mistake("maxMetadataBytes", b -> b.maxMetadataBytes(65_537)),
        mistake("maxSeeds", b -> b.maxSeeds(0)));
  }

  private static Arguments mistake(String knob, UnaryOperator<MembershipSettingsBuilder> change) {
    return Arguments.of(knob, change);
  }
}
