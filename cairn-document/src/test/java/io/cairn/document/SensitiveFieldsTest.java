// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SensitiveFieldsTest {
  /** A login. */
  public static class Login {
    public String user;

    @ServiceDocument.UsageOption(option = PropertyUsageOption.SENSITIVE)
    public String password;
  }

  /** A document with secrets at every depth. */
  public static class Vault extends ServiceDocument {
    public Login login;
    public List<Login> more;
    public Map<String, Login> byName;
    public String hint;
  }

  @Test
  void areTakenOutAtEveryDepth() {
    ServiceDocumentDescription description =
        ServiceDocumentDescription.Builder.create().buildDescription(Vault.class);
    description.propertyDescriptions.get("hint").usageOptions.add(PropertyUsageOption.SENSITIVE);
    String login = "{'user':'u','password':'p'}";
    JsonNode document =
        json(
            "{'login':%s,'more':[%s],'byName':{'a':%s},'hint':'h','documentVersion':1}"
                .formatted(login, login, login));
    String user = "{'user':'u'}";
    assertThat(SensitiveFields.hide(document, description))
        .isEqualTo(
            json(
                "{'login':%s,'more':[%s],'byName':{'a':%s},'documentVersion':1}"
                    .formatted(user, user, user)));
    assertThat(document.path("hint").asString()).isEqualTo("h");
  }

  private static JsonNode json(String text) {
    return DocumentJson.standard().readTree(text.replace('\'', '"'));
  }
}
