// SPDX-License-Identifier: Apache-2.0
/** Clients that load hosts with requests and record what they are told. */
@NullMarked
package io.cairn.testkit.load;

import org.jspecify.annotations.NullMarked;
