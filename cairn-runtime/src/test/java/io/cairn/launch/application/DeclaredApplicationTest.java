// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cairn.application.Application;
import io.cairn.application.ApplicationSetup;
import io.cairn.document.ServiceDocument;
import io.cairn.document.schema.IncompatibleSchemaException;
import io.cairn.launch.exit.HostExit;
import io.cairn.launch.settings.EffectiveConfiguration;
import io.cairn.launch.settings.ProcessSurroundings;
import io.cairn.launch.settings.SpecArgument;
import io.cairn.service.DocumentService;
import io.cairn.service.FactoryService;
import io.cairn.service.Service.Action;
import io.cairn.service.StatefulService;
import io.cairn.service.StatelessService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What applications declare, before there is a host. */
class DeclaredApplicationTest {

  /** A document. */
  public record Order(String item) {}

  /** A service without a document. */
  public static class Clock extends StatelessService {
    /** Where it is served. */
    public static final String SELF_LINK = "/clock";
  }

  /** A service of documents. */
  public static class Kept extends StatefulService {
    /** Where they are served. */
    public static final String FACTORY_LINK = "/kept";

    /** Made by the factory. */
    public Kept() {
      super(ServiceDocument.class);
    }
  }

  /** A service that does not say where it is served. */
  public static class Lost extends StatelessService {}

  private static DeclaredApplication read(Application application, String... settings)
      throws Exception {
    DeclaredApplication declared = DeclaredApplication.of(List.of(application));
    var _ =
        EffectiveConfiguration.read(
            SpecArgument.NONE,
            List.of(settings),
            ProcessSurroundings.of(new Properties(), Map.of()),
            declared.settings());
    declared.settingsAreRead();
    return declared;
  }

  private static ApplicationException refused(Application application, String... settings) {
    return catchThrowableOfType(ApplicationException.class, () -> read(application, settings));
  }

  @Test
  void servicesStandInTheOrderOfTheirDeclaration() throws Exception {
    Application shop =
        app -> {
          Supplier<Boolean> clock = app.setting("clock", false, "whether there is a clock");
          app.endpoint("/first", Action.GET, request -> 1);
          app.onSettings(
              () -> {
                if (clock.get()) {
                  app.serve(new Clock());
                }
              });
          app.serve(DocumentService.of(Order.class).at("/orders"));
          app.endpoint("/first", Action.PUT, request -> 2);
        };
    assertThat(read(shop).links()).containsExactly("/first", "/orders");
    assertThat(read(shop, "--clock=true").links()).containsExactly("/first", "/clock", "/orders");
  }

  @Test
  void pathsThatAreTakenOrUnknownAreRefused() {
    assertThat(
            refused(
                app ->
                    app.endpoint("/a", Action.GET, request -> 1)
                        .endpoint("a/", Action.GET, request -> 2)))
        .hasMessageContaining("GET /a is declared twice; give it another path");
    assertThat(refused(app -> app.endpoint("/clock", Action.GET, request -> 1).serve(new Clock())))
        .hasMessageContaining("/clock is declared twice");
    assertThat(refused(app -> app.serve(new Lost())))
        .hasMessageContaining("has no public SELF_LINK that says where it is served");
    assertThat(refused(app -> app.serve(DocumentService.of(Order.class))))
        .hasMessageContaining("have no path: at(..)");
  }

  @Test
  void refusedSettingIsAWrongSetting() {
    ApplicationException refused =
        refused(
            app -> {
              Supplier<Integer> limit = app.setting("limit", 1, "a limit");
              app.onSettings(
                  () -> {
                    if (limit.get() < 0) {
                      throw new IllegalArgumentException("--limit is less than 0");
                    }
                  });
            },
            "--limit=-1");
    assertThat(refused).hasMessage("--limit is less than 0");
    assertThat(refused.exitCode()).isEqualTo(HostExit.USAGE);
  }

  @Test
  void nothingIsDeclaredAfterwards() throws Exception {
    List<ApplicationSetup> kept = new ArrayList<>();
    var _ = read(kept::add);
    assertThatThrownBy(() -> kept.getFirst().serve(new Clock()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is declared in configure and in onSettings");
    assertThat(refused(app -> app.onSettings(() -> app.setting("late", 1, "too late"))))
        .hasMessageContaining("the setting late is declared too late");
  }

  @Test
  void errorsAreRefusalsAsExceptionsAre() {
    assertThat(
            refused(
                app -> {
                  throw new AssertionError("no wheels");
                }))
        .hasMessageContaining("cannot be used: AssertionError: no wheels");
    assertThat(
            refused(
                app ->
                    app.onSettings(
                        () -> {
                          throw new StackOverflowError();
                        })))
        .hasMessageContaining("cannot be used: StackOverflowError");
  }

  @Test
  void messageAboutStoredDocumentsStandsAlone() {
    assertThat(
            refused(
                app -> {
                  throw new IncompatibleSchemaException("/orders has lost a field");
                }))
        .hasMessageContaining("cannot be used: /orders has lost a field")
        .hasMessageNotContaining("Exception");
  }

  @Test
  void factoryIsServedAtTheLinkItCarriesOrThatOfItsDocuments() throws Exception {
    FactoryService carrying = FactoryService.create(Kept.class, ServiceDocument.class);
    carrying.setSelfLink("/carried");
    assertThat(
            read(app ->
                    app.serve(FactoryService.create(Kept.class, ServiceDocument.class))
                        .serve(carrying))
                .links())
        .containsExactly("/kept", "/carried");
  }

  @Test
  void missingLibraryIsNamedWithoutAStackTrace() {
    ApplicationException refused =
        refused(
            app -> {
              throw new NoClassDefFoundError("com/acme/Money");
            });
    assertThat(refused.exitCode()).isEqualTo(HostExit.DATA_UNUSABLE);
    assertThat(refused.getMessage())
        .contains("it needs the class com.acme.Money", "directory lib")
        .doesNotContain("\n");
  }
}
