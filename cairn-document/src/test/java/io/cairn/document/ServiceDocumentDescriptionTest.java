// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.ServiceDocument.Documentation;
import io.cairn.document.ServiceDocument.PropertyOptions;
import io.cairn.document.ServiceDocument.UsageOption;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceDocumentDescriptionTest {
  private final ServiceDocumentDescription description =
      ServiceDocumentDescription.Builder.create().buildDescription(SampleState.class);

  @ServiceDocument.IndexingParameters(versionRetention = 3)
  record Customer(
      @Documentation(description = "the name", exampleString = "Ann")
          @PropertyOptions(indexing = PropertyIndexingOption.SORT)
          String name,
      @UsageOption(option = PropertyUsageOption.REQUIRED) int age,
      List<String> orderLinks) {}

  @Test
  void tellsTheTypesOfFields() {
    assertThat(type("name")).isEqualTo(TypeName.STRING);
    assertThat(type("counter")).isEqualTo(TypeName.LONG);
    assertThat(type("small")).isEqualTo(TypeName.LONG);
    assertThat(type("flag")).isEqualTo(TypeName.BOOLEAN);
    assertThat(type("maybe")).isEqualTo(TypeName.DOUBLE);
    assertThat(type("colour")).isEqualTo(TypeName.ENUM);
    assertThat(type("tags")).isEqualTo(TypeName.COLLECTION);
    assertThat(type("keyValues")).isEqualTo(TypeName.MAP);
    assertThat(type("address")).isEqualTo(TypeName.PODO);
    assertThat(type("blob")).isEqualTo(TypeName.BYTES);
    assertThat(type("date")).isEqualTo(TypeName.DATE);
    assertThat(type("instant")).isEqualTo(TypeName.DATE);
    assertThat(type("uri")).isEqualTo(TypeName.URI);
    assertThat(type("uuid")).isEqualTo(TypeName.STRING);
    assertThat(property("colour").enumValues).containsExactly("RED", "GREEN");
    assertThat(property("tags").elementDescription.typeName).isEqualTo(TypeName.STRING);
    assertThat(property("numbers").elementDescription.typeName).isEqualTo(TypeName.LONG);
    assertThat(property("keyValues").elementDescription.typeName).isEqualTo(TypeName.STRING);
  }

  @Test
  void describesWhatIsInJsonAndNothingElse() {
    assertThat(description.propertyDescriptions)
        .containsKeys("renamed", "documentSelfLink", "documentExpirationTimeMicros")
        .doesNotContainKeys(
            "javaName",
            "notAField",
            "alsoNotAField",
            "documentDescription",
            "documentUpdateAction");
  }

  @Test
  void collectsOptionsFromAllAnnotationsAndFromNames() {
    assertThat(property("counter").usageOptions)
        .containsExactlyInAnyOrder(
            PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL, PropertyUsageOption.OPTIONAL);
    assertThat(property("parentLink").usageOptions).containsExactly(PropertyUsageOption.LINK);
    assertThat(property("childLinks").usageOptions).containsExactly(PropertyUsageOption.LINKS);
    assertThat(property("childLinks").has(PropertyIndexingOption.EXPAND)).isTrue();
    assertThat(property("secret").has(PropertyUsageOption.SENSITIVE)).isTrue();
    assertThat(property("documentVersion").has(PropertyUsageOption.INFRASTRUCTURE)).isTrue();
    assertThat(property("documentSelfLink").has(PropertyIndexingOption.SORT)).isTrue();
  }

  @Test
  void takesLimitsFromTheClassAndDefaultsElsewhere() {
    assertThat(description.serializedStateSizeLimit).isEqualTo(1024);
    assertThat(description.versionRetentionLimit).isEqualTo(7);
    ServiceDocumentDescription plain =
        ServiceDocumentDescription.Builder.create().buildDescription(ServiceDocument.class);
    assertThat(plain.serializedStateSizeLimit).isEqualTo(32_768);
    assertThat(plain.versionRetentionLimit).isEqualTo(1000);
    assertThat(plain.versionRetentionFloor).isEqualTo(500);
  }

  @Test
  void endsWhereAClassEnclosesItself() {
    Map<String, PropertyDescription> address = property("address").fieldDescriptions;
    assertThat(address.get("street").typeName).isEqualTo(TypeName.STRING);
    assertThat(address.get("next").typeName).isEqualTo(TypeName.PODO);
    assertThat(address.get("next").fieldDescriptions).isEmpty();
    assertThat(address.get("next").has(PropertyIndexingOption.EXPAND)).isTrue();
  }

  @Test
  void describesRecords() {
    ServiceDocumentDescription record =
        ServiceDocumentDescription.Builder.create()
            .buildDescription(Customer.class, EnumSet.of(TypeName.LONG));
    PropertyDescription name = record.propertyDescriptions.get("name");
    assertThat(name.has(PropertyIndexingOption.SORT)).isTrue();
    assertThat(name.propertyDocumentation).isEqualTo("the name");
    assertThat(name.exampleValue).isEqualTo("Ann");
    assertThat(name.accessor.get(new Customer("Bo", 1, null))).isEqualTo("Bo");
    assertThat(record.propertyDescriptions.get("age").has(PropertyUsageOption.REQUIRED)).isTrue();
    assertThat(record.propertyDescriptions.get("orderLinks").has(PropertyIndexingOption.EXPAND))
        .isTrue();
    assertThat(record.propertyDescriptions).containsKey("documentSelfLink");
    assertThat(record.versionRetentionLimit).isEqualTo(3);
    assertThat(record.serviceCapabilities).containsExactly("LONG");
  }

  @Test
  void survivesJson() {
    ServiceDocumentDescription copy = DocumentJson.standard().copy(description);
    assertThat(copy.propertyDescriptions.keySet())
        .isEqualTo(description.propertyDescriptions.keySet());
    assertThat(copy.propertyDescriptions.get("counter").usageOptions)
        .isEqualTo(property("counter").usageOptions);
  }

  private PropertyDescription property(String name) {
    return description.propertyDescriptions.get(name);
  }

  private TypeName type(String name) {
    return property(name).typeName;
  }
}
