// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.document.DocumentJson;
import io.cairn.document.json.JsonPatch.JsonPatchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The examples of the appendices of RFC 6902 and RFC 7396, and what they leave open. */
class JsonPatchTest {
  private static final DocumentJson JSON = DocumentJson.standard();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // RFC 6902, A.1 to A.7
        "{'foo':'bar'}|[{'op':'add','path':'/baz','value':'qux'}]|{'baz':'qux','foo':'bar'}",
        "{'foo':['bar','baz']}|[{'op':'add','path':'/foo/1','value':'qux'}]"
            + "|{'foo':['bar','qux','baz']}",
        "{'baz':'qux','foo':'bar'}|[{'op':'remove','path':'/baz'}]|{'foo':'bar'}",
        "{'foo':['bar','qux','baz']}|[{'op':'remove','path':'/foo/1'}]|{'foo':['bar','baz']}",
        "{'baz':'qux','foo':'bar'}|[{'op':'replace','path':'/baz','value':'boo'}]"
            + "|{'baz':'boo','foo':'bar'}",
        "{'foo':{'bar':'baz','waldo':'fred'},'qux':{'corge':'grault'}}"
            + "|[{'op':'move','from':'/foo/waldo','path':'/qux/thud'}]"
            + "|{'foo':{'bar':'baz'},'qux':{'corge':'grault','thud':'fred'}}",
        "{'foo':['all','grass','cows','eat']}|[{'op':'move','from':'/foo/1','path':'/foo/3'}]"
            + "|{'foo':['all','cows','eat','grass']}",
        // A.8, A.10, A.11, A.14, A.16
        "{'baz':'qux','foo':['a',2,'c']}|[{'op':'test','path':'/baz','value':'qux'},"
            + "{'op':'test','path':'/foo/1','value':2}]|{'baz':'qux','foo':['a',2,'c']}",
        "{'foo':'bar'}|[{'op':'add','path':'/child','value':{'grandchild':{}}}]"
            + "|{'foo':'bar','child':{'grandchild':{}}}",
        "{'foo':'bar'}|[{'op':'add','path':'/baz','value':'qux','xyz':123}]"
            + "|{'foo':'bar','baz':'qux'}",
        "{'/':9,'~1':10}|[{'op':'test','path':'/~01','value':10}]|{'/':9,'~1':10}",
        "{'foo':['bar']}|[{'op':'add','path':'/foo/-','value':['abc','def']}]"
            + "|{'foo':['bar',['abc','def']]}",
        // what the appendix leaves open
        "{'a':1}|[{'op':'copy','from':'/a','path':'/b'}]|{'a':1,'b':1}",
        "{'a':1}|[{'op':'replace','path':'','value':{'b':2}}]|{'b':2}",
        "{'a':1}|[{'op':'test','path':'','value':{'a':1.0}}]|{'a':1}",
        "{'a':1}|[{'op':'move','from':'/a','path':'/a'}]|{'a':1}",
        "{'a':null}|[{'op':'test','path':'/a','value':null}]|{'a':null}",
        "{'':{'':1}}|[{'op':'replace','path':'//','value':2}]|{'':{'':2}}",
        "{'a':[]}|[{'op':'add','path':'/a/0','value':1}]|{'a':[1]}",
      })
  void appliesOperations(String target, String patch, String expected) {
    JsonNode before = json(target);
    assertThat(JsonPatch.apply(before, json(patch))).isEqualTo(json(expected));
    assertThat(before).isEqualTo(json(target));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'foo':'bar'}|[{'op':'add','path':'/baz/bat','value':'qux'}]",
        "{'a':[1]}|[{'op':'add','path':'/a/2','value':1}]",
        "{'a':[1]}|[{'op':'add','path':'/a/01','value':1}]",
        "{'a':[1]}|[{'op':'remove','path':'/a/-'}]",
        "{'a':[1]}|[{'op':'remove','path':'/a/99999999999'}]",
        "{'a':1}|[{'op':'remove','path':'/b'}]",
        "{'a':1}|[{'op':'replace','path':'/b','value':1}]",
        "{'a':{'b':1}}|[{'op':'move','from':'/a','path':'/a/b'}]",
        "{'a':1}|[{'op':'copy','from':'/b','path':'/c'}]",
        "{'a':1}|[{'op':'add','path':'/b'}]",
        "{'a':1}|[{'op':'add','value':1}]",
        "{'a':1}|[{'op':'nope','path':'/a'}]",
        "{'a':1}|[{'op':'add','path':'b','value':1}]",
        "{'a':1}|[{'op':'add','path':'/~2','value':1}]",
        "{'a':1}|[7]",
        "{'a':1}|{'op':'add','path':'/b','value':1}",
      })
  void refusesWhatDoesNotFit(String target, String patch) {
    JsonNode before = json(target);
    assertThatThrownBy(() -> JsonPatch.apply(before, json(patch)))
        .isInstanceOfSatisfying(
            JsonPatchException.class, e -> assertThat(e.isTestFailed()).isFalse());
    assertThat(before).isEqualTo(json(target));
  }

  @Test
  void changesNothingWhenALaterOperationFails() {
    JsonNode before = json("{'a':1}");
    JsonNode patch =
        json("[{'op':'replace','path':'/a','value':2},{'op':'test','path':'/a','value':'2'}]");
    assertThatThrownBy(() -> JsonPatch.apply(before, patch))
        .isInstanceOfSatisfying(
            JsonPatchException.class, e -> assertThat(e.isTestFailed()).isTrue())
        .hasMessageContaining("operation 1");
    assertThat(before).isEqualTo(json("{'a':1}"));
  }

  @Test
  void refusesCopiesThatGrowWithoutBound() {
    StringBuilder patch = new StringBuilder("[");
    for (int i = 0; i < 60; i++) {
      patch.append(i == 0 ? "" : ",").append("{'op':'copy','from':'/a','path':'/a/-'}");
    }
    JsonNode bomb = json(patch.append(']').toString());
    assertThatThrownBy(() -> JsonPatch.apply(json("{'a':[1,2]}"), bomb))
        .isInstanceOf(JsonPatchException.class)
        .hasMessageContaining("copies too much");
  }

  @Test
  void refusesCopiesOfALongText() {
    assertThatThrownBy(
            () -> JsonPatch.apply(json("{'a':{}}"), copies("'" + "x".repeat(1_000_000) + "'")))
        .isInstanceOf(JsonPatchException.class)
        .hasMessageContaining("operation 17 copies too much");
  }

  @Test
  void refusesCopiesOfLongNumbers() {
    String numbers = ("," + "7".repeat(400)).repeat(2_500).substring(1);
    assertThatThrownBy(() -> JsonPatch.apply(json("{'a':{}}"), copies("[" + numbers + "]")))
        .isInstanceOf(JsonPatchException.class)
        .hasMessageContaining("operation 17 copies too much");
  }

  /** Adds a value, and copies it 500 times. */
  private static JsonNode copies(String value) {
    StringBuilder patch = new StringBuilder("[{'op':'add','path':'/a/t','value':" + value + "}");
    for (int i = 0; i < 500; i++) {
      patch.append(",{'op':'copy','from':'/a/t','path':'/a/c").append(i).append("'}");
    }
    return json(patch.append(']').toString());
  }

  @ParameterizedTest
  @CsvSource({"copy,from,/a", "add,value,{}"})
  void refusesToNestWhatCouldNotBeReadAgain(String op, String what, String given) {
    boolean copies = op.equals("copy");
    StringBuilder patch = new StringBuilder("[");
    String path = "/a";
    for (int i = 0; i < 300; i++) {
      path += "/a";
      patch
          .append(i == 0 ? "" : ",")
          .append("{'op':'%s','path':'%s','%s':".formatted(op, path, what))
          .append(copies ? "'/a'}" : given + "}");
    }
    JsonNode deep = json(patch.append(']').toString());
    assertThatThrownBy(() -> JsonPatch.apply(json("{'a':{}}"), deep))
        .isInstanceOf(JsonPatchException.class)
        .hasMessageContaining("nests the document deeper than 200");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // RFC 7396, appendix A
        "{'a':'b'}|{'a':'c'}|{'a':'c'}",
        "{'a':'b'}|{'b':'c'}|{'a':'b','b':'c'}",
        "{'a':'b'}|{'a':null}|{}",
        "{'a':'b','b':'c'}|{'a':null}|{'b':'c'}",
        "{'a':['b']}|{'a':'c'}|{'a':'c'}",
        "{'a':'c'}|{'a':['b']}|{'a':['b']}",
        "{'a':{'b':'c'}}|{'a':{'b':'d','c':null}}|{'a':{'b':'d'}}",
        "{'a':[{'b':'c'}]}|{'a':[1]}|{'a':[1]}",
        "['a','b']|['c','d']|['c','d']",
        "{'a':'b'}|['c']|['c']",
        "{'e':null}|{'a':1}|{'e':null,'a':1}",
        "[1,2]|{'a':'b','c':null}|{'a':'b'}",
        "{}|{'a':{'bb':{'ccc':null}}}|{'a':{'bb':{}}}",
      })
  void mergesPatches(String target, String patch, String expected) {
    JsonNode before = json(target);
    assertThat(JsonMergePatch.apply(before, json(patch))).isEqualTo(json(expected));
    assertThat(before).isEqualTo(json(target));
  }

  private static JsonNode json(String text) {
    return JSON.readTree(text.replace('\'', '"'));
  }
}
