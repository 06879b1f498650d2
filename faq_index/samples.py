"""A few texts of the kind that people write, read once to see how far an encoder's states reach.

Not from any set that something is measured with.
"""

ENGLISH = (
    "How do I change my password?",
    "Where is my parcel? I have been waiting since Monday.",
    "I want my money back",
    "What are your opening hours at the weekend",
    "The app says error 404 when I try to log in, what does that mean?",
    "can i change the delivery address after i have paid",
    "Do you ship to Canada, and how much does it cost?",
    "thanks",
    "My card was charged twice ($49.99)!",
    "Who may use the office printer on the second floor?",
    "How many days of holiday do I get in my first year?",
    "Is breakfast included in the price of the room?",
    "Please cancel my subscription.",
    "it doesn't work",
    "You can return items within 30 days; keep the receipt and write to help@example.com.",
    "What is the difference between the basic plan and the premium plan for small companies?",
)

# An answer is read too.
LONG = (
    "Returns are free for thirty days. Pack the item as you got it, print the label from your "
    "account under Orders, and leave the parcel at any post office. As soon as it has reached our "
    "warehouse, which takes about three working days, we pay the price back to the card or account "
    "that you paid with. Opened software, underwear and vouchers cannot be returned.",
    "After the last update I can not connect to the server any longer: it asks for my user name, "
    'then says "connection refused (code 10061)". I have tried turning off the firewall and '
    "installing version 2.3 again, and nothing has helped so far. Is there a log file somewhere?",
)

# Such states reach furthest.
ODD = (
    "",
    "?",
    "1234567890",
    "asdf jkl qwertz",
    "!!! URGENT !!!",
    "no " * 18,
    "Ça marche ? Où est le café",
    "営業時間を教えてください。",
)

MANY_LANGUAGES = (
    "パスワードを忘れてしまいました。どうすればいいですか？",
    "注文した商品がまだ届きません",
    "領収書はどこからダウンロードできますか。",
    "返品したいのですが、送料はかかりますか?",
    "営業は何時までですか。土日も開いていますか？",
    "クレジットカード以外の支払い方法はありますか",
    "引っ越したので、登録してある住所と電話番号を変更したい。",
    "子どもと一緒に参加できますか？料金はいくらですか？",
    "ログインできない",
    "申請に必要な書類を教えて下さい。代理人でも手続きできますか。",
    "エラーコードE-102が表示されて、アプリが起動しません。再インストールしてもだめでした。",
    "お手元に届いてから八日以内であれば、未使用の商品に限り返品を承ります。返品をご希望の場合は、"
    "マイページの注文履歴からお申し込みください。送料はお客様のご負担となります。",
    "我忘记了密码,怎么办?",
    "我的訂單什麼時候到?",
    "비밀번호를 잊어버렸어요. 어떻게 해야 하나요?",
    "Wie kann ich meine Bestellung stornieren?",
    "Was kostet der Versand nach Österreich, und wie lange dauert er?",
    "Où puis-je trouver ma facture ?",
    "¿Cuánto tarda el envío a Canarias?",
    "Come posso cambiare il mio indirizzo di consegna?",
    "Quero cancelar a minha assinatura, por favor.",
    "Hoe kan ik mijn geld terugkrijgen?",
    "Jak mogę zmienić adres dostawy?",
    "Şifremi nasıl değiştirebilirim?",
    "Как изменить адрес доставки?",
    "كيف يمكنني استعادة كلمة المرور؟",
    "ฉันจะยกเลิกคำสั่งซื้อได้อย่างไร",
)
