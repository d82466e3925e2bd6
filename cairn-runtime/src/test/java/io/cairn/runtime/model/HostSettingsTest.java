// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.service.ServiceHost;
import io.cairn.service.backup.BackupArguments;
import io.cairn.service.security.AuditArguments;
import io.cairn.service.security.BrowserArguments;
import io.cairn.service.security.SecurityArguments;
import io.cairn.service.security.SessionArguments;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostSettingsTest {

  /** The directory is read before there is a host, and the application is made of its name. */
  private static final List<String> READ_AT_START =
      List.of("sandbox", "clusterApplicationClass", "clusterApplicationStage");

  private int next = 2;

  private Object valueOf(Class<?> type) throws IllegalAccessException {
    int value = next++;
    return switch (type.getName()) {
      case "int" -> value;
      case "long" -> (long) value;
      case "double" -> (double) value;
      case "boolean" -> true;
      case "java.lang.String" -> "text " + value;
      case "java.nio.file.Path" -> Path.of("path" + value);
      case "java.util.Map" -> new HashMap<>(Map.of("key", "value " + value));
      case "io.cairn.service.backup.BackupArguments" -> distinct(new BackupArguments());
      case "io.cairn.service.security.SecurityArguments" -> distinct(new SecurityArguments());
      case "io.cairn.service.security.BrowserArguments" -> distinct(new BrowserArguments());
      case "io.cairn.service.security.SessionArguments" -> distinct(new SessionArguments());
      case "io.cairn.service.security.AuditArguments" -> distinct(new AuditArguments());
      case "io.cairn.service.security.AuditArguments$Extent" -> AuditArguments.Extent.ALL;
      default -> new String[] {"item " + value};
    };
  }

  private <T> T distinct(T arguments) throws IllegalAccessException {
    for (Field field : arguments.getClass().getFields()) {
      if (Modifier.isStatic(field.getModifiers())) {
        continue;
      }
      field.set(arguments, valueOf(field.getType()));
    }
    return arguments;
  }

  private static Object component(HostSettings settings, String name)
      throws ReflectiveOperationException {
    return HostSettings.class.getMethod(name).invoke(settings);
  }

  @Test
  void eachSettingIsTakenOverFromTheArgumentOfItsName() throws ReflectiveOperationException {
    ServiceHost.Arguments arguments = distinct(new ServiceHost.Arguments());

    HostSettings settings = HostSettings.of(arguments);

    for (RecordComponent component : HostSettings.class.getRecordComponents()) {
      Object given = ServiceHost.Arguments.class.getField(component.getName()).get(arguments);
      assertThat(component(settings, component.getName()))
          .as(component.getName())
          .usingRecursiveComparison()
          .isEqualTo(given instanceof String[] texts ? List.of(texts) : given);
    }
  }

  @Test
  void secretsAreNotShown() {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.keyPassphrase = "open sesame";
    arguments.clusterSecret = "hush hush";

    assertThat(HostSettings.of(arguments).toString()).doesNotContain("sesame", "hush");
  }

  @Test
  void noArgumentIsForgotten() {
    List<String> components =
        List.of(HostSettings.class.getRecordComponents()).stream()
            .map(RecordComponent::getName)
            .toList();

    assertThat(ServiceHost.Arguments.class.getFields())
        .extracting(Field::getName)
        .filteredOn(name -> !READ_AT_START.contains(name))
        .containsExactlyInAnyOrderElementsOf(components);
  }

  @Test
  void argumentsThatAreChangedLaterDoNotReachTheHost() throws ReflectiveOperationException {
    ServiceHost.Arguments arguments = distinct(new ServiceHost.Arguments());
    arguments.peerNodes = new String[] {"http://first"};
    HostSettings settings = HostSettings.of(arguments);

    arguments.port = 1;
    arguments.peerNodes[0] = "http://second";
    arguments.nodeProperties.clear();
    arguments.backups.keepLast = 1;
    arguments.security.adminUser = "another";
    arguments.security.browsers.corsOrigins[0] = "https://another";
    arguments.security.sessions.loginFailures = 1;

    assertThat(settings.port()).isNotEqualTo(1);
    assertThat(settings.peerNodes()).containsExactly("http://first");
    assertThat(settings.nodeProperties()).containsKey("key");
    assertThat(settings.backups().keepLast).isNotEqualTo(1);
    assertThat(settings.security().adminUser).isNotEqualTo("another");
    assertThat(settings.security().browsers.corsOrigins).doesNotContain("https://another");
    assertThat(settings.security().sessions.loginFailures).isNotEqualTo(1);
  }
}
