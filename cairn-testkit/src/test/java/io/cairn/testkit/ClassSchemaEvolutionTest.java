// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.schema.FormerNames;
import io.cairn.document.schema.SchemaUpgrades;
import io.cairn.document.schema.StateSchema;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.StatefulService;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Classes with public fields change between two starts of a host, as records do. */
class ClassSchemaEvolutionTest extends ChangedServices {
  /** A service in the face of the predecessor. */
  public static final class ClassicService extends StatefulService {
    @DocumentKind("test:Classic")
    public static class ClassicState extends ServiceDocument {
      public String name;
      public int count;
      public String note;
    }

    public ClassicService() {
      super(ClassicState.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
    }

    @Override
    public void handlePatch(Operation patch) {
      ClassicState state = getState(patch);
      state.count += patch.getBody(ClassicState.class).count;
      patch.setBody(state).complete();
    }
  }

  /** Its next version: one field renamed, one widened and converted, one not there yet. */
  public static final class LaterService extends StatefulService {
    @DocumentKind("test:Classic")
    public static class LaterState extends ServiceDocument {
      @FormerNames("name")
      public String title;

      public long count;
      public String unit = "piece";
    }

    public LaterService() {
      super(LaterState.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
    }

    @Override
    public StateSchema getStateSchema() {
      return StateSchema.of(
          LaterState.class,
          getStateKind(),
          SchemaUpgrades.none()
              .and(1, document -> document.put("count", document.path("count").asLong() * 1000)));
    }

    @Override
    public void handlePatch(Operation patch) {
      LaterState state = getState(patch);
      state.count += patch.getBody(LaterState.class).count;
      patch.setBody(state).complete();
    }
  }

  @Test
  void classesWithPublicFieldsEvolveToo() throws IOException {
    HostSetup first =
        it -> it.startFactory(() -> FactoryService.create(ClassicService.class), ORDERS);
    HostSetup later =
        it -> it.startFactory(() -> FactoryService.create(LaterService.class), ORDERS);
    runs(first);
    create("a", "{\"name\": \"Ada\", \"count\": 2}");
    create("b", "{\"name\": \"Bob\", \"count\": 3, \"note\": \"fragile\"}");
    assertThat(refusalOf(later)).contains(ORDERS + "/b has \"fragile\" in note");
    runs(first);
    assertThat(host.http().delete(ORDERS + "/b").status()).isEqualTo(200);
    runs(later);
    assertThat(get("a").get("title").asString()).isEqualTo("Ada");
    assertThat(get("a").get("count").asInt()).isEqualTo(2000);
    assertThat(host.http().patch(ORDERS + "/a", "{\"count\": 5}").status()).isEqualTo(200);
    JsonNode changed = get("a");
    assertThat(changed.get("count").asInt()).isEqualTo(2005);
    assertThat(changed.get("unit").asString()).isEqualTo("piece");
    assertThat(changed.get("documentSchemaVersion").asInt()).isEqualTo(1);
  }
}
