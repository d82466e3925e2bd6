// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.cairn.net;

import org.jspecify.annotations.NullMarked;
