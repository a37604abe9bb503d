"""The cross-encoder: all-MiniLM-L6-v2 as an encoder, [CLS] and mean of its tokens, one linear layer, three classes."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoModel

LABELS = ("entailment", "contradiction", "neutral")


class CrossEncoder(nn.Module):
    def __init__(self, encoder_folder: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(encoder_folder, add_pooling_layer=False, attn_implementation="eager")
        # Word vectors stay as they came: few thousand pairs would move only the words that they happen to hold.
        self.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
        self.head = nn.Linear(2 * self.encoder.config.hidden_size, len(LABELS))
        self.dropout = nn.Dropout(0.1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Logits, shape (batch, 3), in the order of LABELS; inputs are int64, shape (batch, tokens)."""
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1)
        return self.head(self.dropout(torch.cat([states[:, 0], mean], dim=1)))
