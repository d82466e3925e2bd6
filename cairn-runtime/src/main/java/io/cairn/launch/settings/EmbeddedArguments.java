// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import io.cairn.runtime.ClusterArguments;
import io.cairn.runtime.tracing.RequestLogging;
import io.cairn.service.HostRuntime;
import io.cairn.service.ServiceHost.Arguments;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the settings of a host that is part of a program, from the same sources as those of {@code
 * cairn start}. Further public fields of the arguments' class are settings too. Found by {@link
 * java.util.ServiceLoader}; stateless.
 */
public final class EmbeddedArguments implements HostRuntime.ArgumentsReader {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedArguments.class);

  /** What is decided by whoever owns the process. */
  private static final List<String> OF_PROCESSES = List.of("nodes", "stopWithInput");

  private static final List<String> OF_LOGS = List.of("logFormat", "logLevel");

  /** Made by the class path. */
  public EmbeddedArguments() {}

  @Override
  public UnaryOperator<Arguments> read(String[] values, Arguments target) {
    ClusterArguments host = new ClusterArguments();
    copy(target, host);
    ApplicationSettings own =
        new ApplicationSettings("docs/configuration.md of Cairn lists the settings");
    fields(target.getClass()).forEach(field -> declare(field, host, target, own));
    EffectiveConfiguration read = read(values, host, own, target);
    if (target instanceof ClusterArguments cluster && !saysMembership(read)) {
      host.membership = cluster.membership;
    }
    read.configuration().notes().forEach(log::warn);
    OF_LOGS.stream()
        .filter(read::isGiven)
        .forEach(name -> log.warn("{} has no effect: the program decides how it logs", name));
    if (read.isGiven("accessLog")) {
      log.warn(
          "accessLog names no file here: the program decides how it logs; requests go to the logger {}",
          RequestLogging.ACCESS);
    }
    copy(host, target);
    return arguments -> {
      if (arguments instanceof ClusterArguments) {
        return arguments;
      }
      copy(arguments, host);
      return host;
    };
  }

  private static EffectiveConfiguration read(
      String[] values, ClusterArguments host, ApplicationSettings own, Arguments target) {
    ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
    try {
      EffectiveConfiguration read =
          new ConfigurationReader(
                  SpecArgument.NONE,
                  List.of(values),
                  ProcessSurroundings.ofProcess(
                      ofThread == null ? target.getClass().getClassLoader() : ofThread),
                  own,
                  new Draft(host))
              .read();
      List<String> problems = new ArrayList<>();
      OF_PROCESSES.stream()
          .filter(read::isGiven)
          .forEach(
              name ->
                  problems.add(
                      "--"
                          + name
                          + " is for programs that Cairn.run starts; this one starts its host itself"));
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", problems));
      }
      return read;
    } catch (ConfigurationException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static boolean saysMembership(EffectiveConfiguration read) {
    return read.isGiven("cluster.op.buffer.size")
        || read.settings().stream()
            .map(EffectiveConfiguration.Row::name)
            .filter(name -> name.startsWith(MembershipKnobs.PREFIX))
            .anyMatch(read::isGiven);
  }

  /** Fields of the host's own go by the names of settings, and those without one by theirs. */
  private static void declare(
      Field field, ClusterArguments host, Arguments target, ApplicationSettings own) {
    boolean isHosts = field.getDeclaringClass().isAssignableFrom(ClusterArguments.class);
    if (isHosts && Settings.named(field.getName()).isPresent()) {
      return;
    }
    SettingForm.of(field.getType())
        .ifPresent(
            form ->
                own.add(
                    field.getName(),
                    form,
                    null,
                    "",
                    value -> set(field, isHosts ? host : target, value)));
  }

  /** Copies what both have. */
  private static void copy(Arguments from, Arguments to) {
    Class<?> common =
        from instanceof ClusterArguments && to instanceof ClusterArguments
            ? ClusterArguments.class
            : Arguments.class;
    fields(common).forEach(field -> set(field, to, get(field, from)));
  }

  private static Stream<Field> fields(Class<?> type) {
    return Arrays.stream(type.getFields())
        .filter(
            field ->
                !Modifier.isStatic(field.getModifiers())
                    && !Modifier.isFinal(field.getModifiers()));
  }

  private static @Nullable Object get(Field field, Object from) {
    try {
      return field.get(from);
    } catch (IllegalAccessException e) {
      throw unreachable(field, e);
    }
  }

  private static void set(Field field, Object to, @Nullable Object value) {
    try {
      field.set(to, value);
    } catch (IllegalAccessException e) {
      throw unreachable(field, e);
    }
  }

  private static IllegalArgumentException unreachable(Field field, IllegalAccessException e) {
    return new IllegalArgumentException(
        field.getDeclaringClass().getName() + " must be public to hold settings", e);
  }
}
