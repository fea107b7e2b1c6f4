"""The stages that benchmarks/nlp_stages.py asks for, and what in the sets is one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.brands import ServiceStage

TOPICS: Mapping[str, tuple[str, ...]] = {
    "booking": (
        "Dificuldade para agendamento de exames-consultas",
        "Agendamento",
        "Dificuldade para agendamento dos exames",
        "Demora para autorização de consultas, exames e cirurgias",
        "Solicitação de exame não atendida",
        "Demora na execução",
    ),
    "support": (
        "Mau Atendimento",
        "Problemas com o Atendimento",
        "Equipe de Atendimento",
        "Mau atendimento do prestador de serviço",
        "Canais de Atendimento",
    ),
    "billing": (
        "Cobrança indevida",
        "Reembolso de pagamento",
        "Reembolso de consulta-exame",
        "Estorno do valor pago",
        "Reajuste abusivo",
        "Divergência de valores",
        "Valor abusivo",
    ),
    "cancellation": ("Não consigo cancelar",),
    "delivery": ("Atraso na entrega", "Produto errado", "Atraso na entrega dos resultados"),
    "fault": (
        "Produto com defeito",
        "Não liga",
        "Desligando sozinho",
        "Má qualidade",
        "Produto não reparado",
        "Demora no reparo",
        "Assistência técnica indisponível",
        "Falta de peças para reparo",
        "Problema com garantia estendida",
    ),
    "discovery": ("Propaganda enganosa",),
}
REASONS: Mapping[str, str] = {
    "Customer Service Issue": "support",
    "Late Flight": "flight",
    "Cancelled Flight": "flight",
    "Lost Luggage": "luggage",
    "Damaged Luggage": "luggage",
    "Bad Flight": "on-board",
    "Flight Attendant Complaints": "on-board",
    "Flight Booking Problems": "booking",
    "longlines": "check-in",
}
OWNERS: Mapping[str, Sequence[ServiceStage]] = {
    "reclameaqui": (
        ServiceStage(
            "booking",
            "Agendamento e autorização",
            examples=(
                "Não consigo marcar consulta, nunca tem vaga.",
                "O exame que o médico pediu ainda não foi autorizado.",
                "Tento agendar há semanas e não há data disponível.",
                "A liberação da cirurgia está demorando demais.",
                "Fiquei horas na espera para ser atendido na urgência.",
            ),
            like="delivery",
        ),
        ServiceStage(
            "support",
            "Atendimento",
            examples=(
                "Fui muito mal atendido pelo funcionário da loja.",
                "A recepcionista foi grosseira comigo.",
                "Ninguém atende o telefone nem responde às mensagens.",
                "Atendentes despreparados, um joga para o outro.",
                "O médico me tratou com descaso.",
            ),
        ),
        ServiceStage(
            "billing",
            "Cobrança e reembolso",
            examples=(
                "Fui cobrado por algo que não devo.",
                "Quero o reembolso do que paguei.",
                "O estorno não caiu no meu cartão.",
                "A mensalidade subiu de forma abusiva.",
                "O valor cobrado é diferente do anunciado no caixa.",
            ),
        ),
        ServiceStage(
            "cancellation",
            "Cancelamento",
            examples=(
                "Quero cancelar o plano e não consigo.",
                "Pedi o cancelamento e continuam cobrando.",
                "Não deixam encerrar o contrato.",
                "Só cancelam se eu for pessoalmente.",
                "Como faço para cancelar?",
            ),
        ),
        ServiceStage(
            "delivery",
            "Entrega",
            examples=(
                "Meu pedido não foi entregue.",
                "O produto está atrasado.",
                "Recebi um produto diferente do que comprei.",
                "O prazo de entrega já passou.",
                "O resultado do exame não fica pronto.",
            ),
        ),
        ServiceStage(
            "fault",
            "Defeito e conserto",
            examples=(
                "O produto parou de funcionar com pouco tempo de uso.",
                "O aparelho veio com defeito e não liga mais.",
                "Deixei na assistência técnica e não consertaram.",
                "Não há peça para o reparo e o conserto demora meses.",
                "A garantia não quer cobrir o defeito.",
            ),
            like="use",
        ),
        ServiceStage(
            "discovery",
            "Propaganda",
            examples=(
                "Propaganda enganosa no site.",
                "Anunciaram um preço e na loja não existe.",
                "A promoção era falsa.",
                "A oferta divulgada não foi cumprida.",
                "O anúncio dizia uma coisa e o produto é outra.",
            ),
        ),
    ),
    "airline": (
        ServiceStage(
            "support",
            "Customer service",
            examples=(
                "I have been on hold for hours and nobody answers.",
                "Your customer service is terrible.",
                "Nobody replies to my messages.",
                "The agent at the counter was no help.",
                "I need to talk to a real person.",
            ),
        ),
        ServiceStage(
            "flight",
            "The flight on time",
            examples=(
                "My flight is delayed again.",
                "You cancelled our flight.",
                "We have been sitting on the runway for two hours.",
                "I missed my connection because you were late.",
                "Still waiting for the crew so that we can take off.",
            ),
            like="delivery",
        ),
        ServiceStage(
            "luggage",
            "Luggage",
            examples=(
                "You lost my bag.",
                "My suitcase did not arrive with me.",
                "My luggage came back broken.",
                "Nobody knows where my bags are.",
                "Still waiting for my baggage.",
            ),
            like="delivery",
        ),
        ServiceStage(
            "on-board",
            "On board",
            examples=(
                "The seats are uncomfortable and the screen is broken.",
                "The flight attendant was rude to me.",
                "No wifi and no food on the plane.",
                "The plane was dirty.",
                "The crew treated us badly.",
            ),
            like="use",
        ),
        ServiceStage(
            "booking",
            "Booking",
            examples=(
                "I can't book a flight on your website.",
                "The site gives an error when I try to buy a ticket.",
                "My reservation is not there any more.",
                "I can't change my booking online.",
                "I tried to use my points for a ticket.",
            ),
            like="purchase",
        ),
        ServiceStage(
            "check-in",
            "Check-in",
            examples=(
                "The check-in line is endless.",
                "Only one agent for a huge queue.",
                "Huge lines at the counter.",
                "Waiting in line for over an hour to drop my bag.",
                "The security line is not moving.",
            ),
            like="onboarding",
        ),
    ),
}
