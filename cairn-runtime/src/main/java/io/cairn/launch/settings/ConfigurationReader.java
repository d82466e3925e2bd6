// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import io.cairn.cluster.application.ClusterApplications;
import io.cairn.launch.settings.EffectiveConfiguration.Row;
import io.cairn.launch.settings.Setting.Effect;
import io.cairn.launch.settings.SettingSources.Found;
import io.cairn.launch.settings.SettingSources.Unused;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the settings of a host once; one thread. */
final class ConfigurationReader {
  private static final String MASK = "********";

  private final Problems problems = new Problems();
  private final List<String> notes = new ArrayList<>();
  private final Map<String, Found> given = new LinkedHashMap<>();
  private final Draft draft;
  private final @Nullable NodeSpec spec;
  private final SettingSources sources;
  private final ProcessSurroundings surroundings;
  private final ApplicationSettings application;
  private final KnownSettings known;

  ConfigurationReader(
      SpecArgument use,
      List<String> arguments,
      ProcessSurroundings surroundings,
      ApplicationSettings application,
      Draft draft) {
    SpecArgument.Split split = use.split(arguments, problems);
    this.application = application;
    this.draft = draft;
    this.known = new KnownSettings(application);
    this.spec = split.spec();
    this.surroundings = surroundings;
    this.sources = new SettingSources(split.settings(), known, surroundings, problems);
  }

  EffectiveConfiguration read() throws ConfigurationException {
    known.all().forEach(this::find);
    TwinKeys twins = new TwinKeys(given);
    twins.choose(problems);
    known.all().forEach(this::take);
    new NodeAddress(draft, given, problems).apply(spec);
    draft.host.membership = draft.membership.build(draft, problemsOf(MembershipKnobs.PREFIX));
    SecureStart secure = new SecureStart(draft, given);
    secure.apply();
    SettingsCheck check = new SettingsCheck(draft, secure, problems);
    check.run();
    checkApplication(draft.host.clusterApplicationClass);
    noteWhatIsUnused();
    if (!problems.isEmpty()) {
      throw problems.failure(notes);
    }
    twins.explain(draft);
    secure.explain();
    notes.addAll(check.notes());
    if (given.entrySet().stream().anyMatch(this::isSecretOfFile)) {
      SecretFile.concern("--config", sources.file().name()).ifPresent(notes::add);
    }
    application.read();
    return new EffectiveConfiguration(configuration(), rows());
  }

  private void checkApplication(@Nullable String className) {
    try {
      if (className != null) {
        var _ = ClusterApplications.constructor(className, surroundings.classes());
      }
    } catch (IllegalArgumentException e) {
      problems.configuration().add(ClusterKeys.APPLICATION + ": " + e.getMessage());
    }
  }

  private boolean isSecretOfFile(Map.Entry<String, Found> setting) {
    return setting.getValue().layer() == Layer.FILE
        && known.named(setting.getKey()).orElseThrow().isSecret();
  }

  /** Where a problem of several settings belongs: to the file if all that was written is there. */
  private List<String> problemsOf(String prefix) {
    boolean inFile =
        given.values().stream()
            .filter(found -> found.name().startsWith(prefix))
            .allMatch(found -> found.layer() == Layer.FILE);
    return inFile ? problems.configuration() : problems.usage();
  }

  private HostConfiguration configuration() {
    return new HostConfiguration(
        draft.host,
        draft.nodes,
        draft.stopWithInput,
        draft.logFormat,
        draft.logLevel,
        draft.accessLog == null
            ? null
            : new AccessFile(draft.accessLog, draft.accessLogSize, draft.accessLogFiles),
        sources.file().isPresent() ? sources.file().name() : null,
        List.copyOf(notes));
  }

  private void find(Setting setting) {
    Found found = sources.find(setting);
    if (found != null) {
      given.put(setting.name(), found);
    }
  }

  private void take(Setting setting) {
    Found found = given.get(setting.name());
    if (found == null || isDecidedBySpec(setting, found)) {
      return;
    }
    if (found.value().isEmpty() && !setting.mayBeEmpty()) {
      problems.add(found, "is empty; " + setting.form() + " is expected");
      return;
    }
    try {
      setting.taker().accept(draft, found.value());
    } catch (IllegalArgumentException e) {
      String shown = setting.isSecret() ? "" : "is \"" + found.value() + "\" and ";
      problems.add(found, shown + e.getMessage());
      return;
    }
    judge(setting, found);
  }

  private boolean isDecidedBySpec(Setting setting, Found found) {
    if (spec == null || !NodeAddress.DECIDED_BY_SPEC.contains(setting.name())) {
      return false;
    }
    if (found.layer() == Layer.ARGUMENT) {
      problems.add(found, "is what the node spec says; leave it out");
    }
    given.remove(setting.name());
    return true;
  }

  private void judge(Setting setting, Found found) {
    if (setting.effect() == Effect.OBEYED
        || setting.isClusterKey()
        || sameAsDefault(setting, found.value())) {
      return;
    }
    if (setting.effect() == Effect.NONE) {
      notes.add(found.origin() + " has no effect: " + setting.meaning());
    } else {
      problems.add(found, "cannot be used: " + setting.meaning() + "; leave it out");
    }
  }

  private static boolean sameAsDefault(Setting setting, String value) {
    String fallback = setting.defaultText();
    return fallback != null
        && (fallback.equalsIgnoreCase(value)
            || (fallback.equals("false") && value.equals("0"))
            || (fallback.equals("true") && value.equals("1")));
  }

  /** All that a file of XOOM holds in vain makes one line, not one each. */
  private void noteWhatIsUnused() {
    String passedOver = sources.file().passedOver();
    if (passedOver != null) {
      notes.add("Not read, because " + sources.file().name() + " is there: " + passedOver);
    }
    String names =
        Stream.concat(unusedKeys(), sources.unused().stream())
            .map(unused -> unused.found().name() + " (" + unused.why() + ")")
            .collect(Collectors.joining(", "));
    if (!names.isEmpty()) {
      notes.add("Accepted, and of no meaning any more: " + names);
    }
    sources
        .unknown()
        .forEach(key -> notes.add(key.found().origin() + " is not used: " + key.why()));
  }

  private Stream<Unused> unusedKeys() {
    return known.all().stream()
        .filter(setting -> setting.isClusterKey() && setting.effect() == Effect.NONE)
        .flatMap(
            setting ->
                Stream.ofNullable(given.get(setting.name()))
                    .map(found -> new Unused(found, setting.meaning())));
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    List<Row> last = new ArrayList<>();
    for (Setting setting : known.all()) {
      Found found = given.get(setting.name());
      if (setting.effect() == Effect.OBEYED) {
        rows.add(row(setting, found));
      } else if (found != null) {
        String why = found.from() + "; no effect: " + setting.meaning();
        last.add(new Row(setting.name(), shown(setting, found.value()), why, false));
      }
    }
    Stream.concat(sources.unused().stream(), sources.unknown().stream())
        .forEach(
            key -> {
              String why = key.found().from() + "; no effect: " + key.why();
              last.add(new Row(key.found().name(), key.found().value(), why, false));
            });
    rows.addAll(last);
    return List.copyOf(rows);
  }

  private Row row(Setting setting, @Nullable Found found) {
    Draft.Derived derived = draft.derived.get(setting.name());
    if (derived != null) {
      return new Row(setting.name(), derived.value(), derived.from(), true);
    }
    if (found != null) {
      return new Row(setting.name(), shown(setting, found.value()), found.from(), true);
    }
    String fallback = setting.defaultText();
    return fallback == null
        ? new Row(setting.name(), "", Row.UNSET, true)
        : new Row(setting.name(), fallback, Row.DEFAULT, true);
  }

  private static String shown(Setting setting, String value) {
    return setting.isSecret() ? MASK : value;
  }
}
