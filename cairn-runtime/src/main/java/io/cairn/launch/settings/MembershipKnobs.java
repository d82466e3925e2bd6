// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static io.cairn.launch.settings.Setting.obeyed;

import io.cairn.cluster.membership.MembershipSettings;
import io.cairn.cluster.membership.MembershipSettingsBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** How eagerly members watch each other: a preset, and single values on top of it; one thread. */
final class MembershipKnobs {
  /** What the names of these settings begin with. */
  static final String PREFIX = "cluster.membership.";

  private static final String PRESET = PREFIX + "preset";
  private static final String DEFAULT = "default";
  private static final long LONGEST_MILLIS = Duration.ofHours(1).toMillis();

  /** A setting that a preset gives a value to. */
  private record Knob(String name, Function<MembershipSettings, Object> value, Setting setting) {}

  private static final List<Knob> KNOBS =
      List.of(
          time(
              "ping.interval",
              "how often a node probes one other",
              MembershipSettings::pingInterval,
              MembershipSettingsBuilder::pingInterval),
          time(
              "ping.timeout",
              "how long it waits before it asks others to probe; below the interval",
              MembershipSettings::pingTimeout,
              MembershipSettingsBuilder::pingTimeout),
          count(
              "ping.request.members",
              0,
              "how many others it asks to probe",
              MembershipSettings::pingRequestMembers,
              MembershipSettingsBuilder::pingRequestMembers),
          count(
              "suspicion.multiplier",
              1,
              "a suspect is given up after this times log2(members) times the ping interval",
              MembershipSettings::suspicionMultiplier,
              MembershipSettingsBuilder::suspicionMultiplier),
          time(
              "gossip.interval",
              "how often news are passed on",
              MembershipSettings::gossipInterval,
              MembershipSettingsBuilder::gossipInterval),
          count(
              "gossip.fanout",
              1,
              "to how many members each time",
              MembershipSettings::gossipFanout,
              MembershipSettingsBuilder::gossipFanout),
          count(
              "gossip.repeat.multiplier",
              1,
              "for how many rounds, times the bit length of the number of members",
              MembershipSettings::gossipRepeatMultiplier,
              MembershipSettingsBuilder::gossipRepeatMultiplier),
          time(
              "sync.interval",
              "how often a node compares its whole table with one member",
              MembershipSettings::syncInterval,
              MembershipSettingsBuilder::syncInterval),
          time(
              "seed.interval",
              "how often a node that knows nobody greets some seeds",
              MembershipSettings::seedInterval,
              MembershipSettingsBuilder::seedInterval),
          time(
              "metadata.timeout",
              "how long a member's metadata are waited for",
              MembershipSettings::metadataTimeout,
              MembershipSettingsBuilder::metadataTimeout),
          time(
              "leave.timeout",
              "how long an orderly leave takes at most",
              MembershipSettings::leaveTimeout,
              MembershipSettingsBuilder::leaveTimeout));

  private String preset = DEFAULT;
  private int maxMetadataBytes = MembershipSettings.defaults().maxMetadataBytes();
  private final Map<String, Consumer<MembershipSettingsBuilder>> given = new LinkedHashMap<>();

  /** Takes over how large the description of a node may be, which no preset decides. */
  void maxMetadataBytes(int bytes) {
    maxMetadataBytes = bytes;
  }

  /** The settings that {@link #build} puts together. */
  static List<Setting> settings() {
    List<Setting> settings = new ArrayList<>();
    settings.add(
        obeyed(
            PRESET,
            String.join("|", presets()),
            DEFAULT,
            "what the next begin with",
            (draft, text) -> draft.membership.preset = preset(text)));
    KNOBS.forEach(knob -> settings.add(knob.setting()));
    return settings;
  }

  private static List<String> presets() {
    return MembershipSettings.presets().stream()
        .map(name -> name.equals("defaults") ? DEFAULT : name)
        .toList();
  }

  private static String preset(String text) {
    String wanted = text.toLowerCase(Locale.ROOT);
    if (!presets().contains(wanted)) {
      throw new IllegalArgumentException("must be one of " + String.join(", ", presets()));
    }
    return wanted;
  }

  private static Knob time(
      String name,
      String meaning,
      Function<MembershipSettings, Duration> value,
      BiConsumer<MembershipSettingsBuilder, Duration> set) {
    return knob(
        name,
        "TIME",
        meaning,
        settings -> value.apply(settings).toMillis() + "ms",
        text -> {
          Duration parsed = Values.millis(text, 1, LONGEST_MILLIS);
          return builder -> set.accept(builder, parsed);
        });
  }

  private static Knob count(
      String name,
      int least,
      String meaning,
      Function<MembershipSettings, Integer> value,
      BiConsumer<MembershipSettingsBuilder, Integer> set) {
    return knob(
        name,
        "COUNT",
        meaning,
        value::apply,
        text -> {
          int parsed = Values.count(text, least, 100);
          return builder -> set.accept(builder, parsed);
        });
  }

  private static Knob knob(
      String name,
      String form,
      String meaning,
      Function<MembershipSettings, Object> value,
      Function<String, Consumer<MembershipSettingsBuilder>> parser) {
    String key = PREFIX + name;
    String fallback = value.apply(MembershipSettings.defaults()).toString();
    return new Knob(
        key,
        value,
        obeyed(
            key,
            form,
            fallback,
            meaning,
            (draft, text) -> draft.membership.given.put(key, parser.apply(text))));
  }

  /**
   * The settings, which {@code draft} is told of where the preset decides.
   *
   * @param problems gets what does not go together
   */
  MembershipSettings build(Draft draft, List<String> problems) {
    String name = preset.equals(DEFAULT) ? "defaults" : preset;
    MembershipSettings start = MembershipSettings.preset(name);
    MembershipSettingsBuilder builder = start.with().maxMetadataBytes(maxMetadataBytes);
    for (Knob knob : KNOBS) {
      Consumer<MembershipSettingsBuilder> setter = given.get(knob.name());
      if (setter != null) {
        setter.accept(builder);
      } else if (!preset.equals(DEFAULT)) {
        draft.derive(knob.name(), knob.value().apply(start), "preset " + preset);
      }
    }
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      problems.add(inKeys(String.valueOf(e.getMessage())));
      return start;
    }
  }

  /** The settings' own words are those of Java: {@code pingTimeout}. */
  private static String inKeys(String message) {
    String text = message;
    for (Knob knob : KNOBS) {
      text = text.replaceAll("\\b" + inJava(knob.name()) + "\\b", knob.name());
    }
    return text;
  }

  private static String inJava(String key) {
    StringBuilder name = new StringBuilder();
    for (String word : key.substring(PREFIX.length()).split("\\.", -1)) {
      name.append(
          name.isEmpty()
              ? word
              : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return name.toString();
  }
}
